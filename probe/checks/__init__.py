"""`probe check`: requests to an upstream, and the findings that follow from the answers.

`…_findings.py` hold the findings of a subject, each a small function with its condition, evidence and remedy;
The subjects: this machine (`local_findings`, `patience_findings`), the way (`way_findings`), endpoints
(`endpoint_findings`, `answer_findings`, `messages_findings`, `offer_findings`), streams (`stream_findings`), models
(`model_findings`), failed requests (`outcome_findings`), the real client (`client_findings`).
`finding_rules.py` says how to write one, `all_findings.py` puts them together, `rank_findings.py` orders them.
`failure_reasons.py`, `request_limits.py` and `refused_parts.py` recognise why a request failed, `advice.py` what helps.
`api_client.py`, `endpoints.py` and `target_models.py` make requests, `try_connection.py` and `protocols.py` connect.
The code of a finding stands in quotes where it is made: search for it.
"""
