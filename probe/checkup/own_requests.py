"""Capture the client's own request with an upstream of ours, so that it can be sent to a target in parts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from probe.capture.placeholders import fill
from probe.checks.deep.case_ends import ClientUnusable
from probe.checks.deep.request_parts import OwnRequest
from probe.checks.target_models import main_model
from probe.checkup.check_subject import CheckSubject
from probe.errors import ProbeError
from probe.inputs.load_config import EMBEDDED
from probe.session.capture_requests import capture_requests, plan_capture


def capture_own_request(subject: CheckSubject, variables: Mapping[str, str]) -> OwnRequest:
    """Return the request that the client makes for a target with these variables set, ready to be sent there.

    Raises ClientUnusable.
    """
    options, target = subject.options, subject.target
    given = {
        "targets": (EMBEDDED,),
        "model": target.model,
        "client": options.client,
        "workload": options.workload,
    }
    wanted = {**target.env, **variables}
    try:
        spec = plan_capture(given, wanted, subject.environment)
        first_call = spec.scenario.model_copy(update={"steps": spec.scenario.steps[:1]})
        spec = spec.model_copy(update={"scenario": first_call})
        capture, _ = capture_requests(spec, wanted, subject.environment, lambda _: None)
    except ProbeError as error:
        raise ClientUnusable(error.message, error.remedy) from error
    if capture.main is None:
        raise ClientUnusable("the client sent no request", None)
    today = datetime.now(UTC).date()
    token = subject.token.get_secret_value()
    request = fill(capture.main, token=token, model=main_model(target), today=today, auth=target.auth)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return OwnRequest(request.path, headers, json.loads(request.body or b"{}"))
