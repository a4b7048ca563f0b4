"""Build the documentation site, in English and Chinese, with Zensical: `python -m website [DIRECTORY]`.

`navigation` lists the pages, `made_pages` writes those that are made from the program, `stage` copies all of them with
their links rewritten, `site_links` looks for links that lead nowhere. A built site is not kept in the repository.
"""
