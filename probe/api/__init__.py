"""The public Python API: what `import probe` offers. It prints nothing and installs no signal handler."""
