"""A run over several machines: keys, scheduler, workers, and the coordinator's side. Dask is imported here alone."""
