"""Classification of calls: an observation becomes an outcome with its cause, evidence and flags.

`classify.OUTCOME_RULES` decides the outcome and `flags.FLAG_RULES` the flags; both are read from top to bottom.
"""
