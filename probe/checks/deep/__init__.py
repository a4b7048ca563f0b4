"""The cases of `probe check --deep`, each a small file: the requests that it makes, and how the answers are judged.

To add one: write a file with a function that examines the target and a `DeepCase` (see `deep_case.py`); put it into
`all_cases.py`, its sentences into `probe/texts/deep_…_texts.py` (`deep.NAME.title`, `.breaks`, `.do`, and one for each
result), and a row into docs/check-deep.md. A fault of the embedded upstream makes it fail in the tests.
"""
