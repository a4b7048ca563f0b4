"""The history of calls: a Parquet file a run, and one for all runs of a month that is compacted; DuckDB reads them.

<history>/<target>/2026-11/<run id>-<key>.parquet   the calls of a run, replaced whole when the run is added again
<history>/<target>/2026-10/month.parquet            those of a compacted month; a run's own file counts before it
<history>/nights.jsonl                              the nights, see `store.nights`

The journal stays the truth of a run: a file of the history can be made again as long as its run is there. Everything
here needs the extra `history`, and is imported only where a history is used.
"""
