"""Files and directories of a user, with a `probe.toml` in some."""

from pathlib import Path

from probe.inputs.find_config import Configuration, find_config


def write_config(path: Path, *targets: str, before: str = "") -> Path:
    """Write a file with these targets; the model of each is called after the file's directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = [
        f'[targets.{name}]\nbase_url = "http://{name}"\nmodel = "{path.parent.name}"\nfail_on = ["own"]\n'
        for name in targets
    ]
    path.write_text(before + "\n".join(tables))
    return path


def found(home: Path, folder: str = "", **environment: str) -> Configuration:
    return find_config(None, home / folder, {"HOME": str(home), **environment})
