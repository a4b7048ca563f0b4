"""Makes what makes the calls of an arm: the client in its sandboxes, or plain HTTP, which needs neither."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, Union

from pydantic import SecretStr

from probe.connection.proxies import without_proxies
from probe.drivers import sandbox
from probe.drivers.claude_print import MADE_UP_TOKEN, ClaudePrint, Settings
from probe.drivers.guardian import Guardian
from probe.drivers.locate import ask_client, find_client
from probe.drivers.process import Cancel, become_subreaper
from probe.model.choices import DriverKind, Session
from probe.model.run import Options
from probe.model.target import Target
from probe.ports import Tap
from probe.redact import Redactor
from probe.upstream import EmbeddedUpstream

if TYPE_CHECKING:
    from probe.drivers.plain_driver import PlainDriver

AnyDriver: TypeAlias = Union[ClaudePrint, "PlainDriver"]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a driver is connected to. Without a token it uses a made-up one, which opens nothing."""

    route: Callable[[int, str], str]
    secret: SecretStr | None
    redactor: Redactor = field(repr=False)
    tap: Callable[[str], AbstractContextManager[Tap]] | None
    cancel: Cancel

    @property
    def token(self) -> str:
        return self.secret.get_secret_value() if self.secret else MADE_UP_TOKEN


class ClientDrivers:
    """Finds the client and asks what it is; then gives each arm a driver with a directory of its own.

    Sandboxes, their guardian and the upstream for priming live as long as `stack`.
    """

    def __init__(
        self, stack: ExitStack, options: Options, environment: Mapping[str, str], *, keep_sandbox: bool
    ) -> None:
        words, source = find_client(options.client, environment)
        become_subreaper()
        self._options = options
        self._environment = environment
        self._keep_sandbox = keep_sandbox
        self._root = sandbox.make_root()
        stack.enter_context(Guardian(self._root, keep=keep_sandbox))
        with sandbox.sandbox(self._root, 0, guarded=True, keep=False) as place:
            private = sandbox.inherited_environment(environment) | place.environment() | sandbox.QUIET
            private = without_proxies(private)  # with one that it cannot read, it does not start
            self._client = ask_client(words, source, private, place.work)
        self._prime = stack.enter_context(EmbeddedUpstream()).base_url if options.prime else None
        self._made = 0

    @property
    def version(self) -> str | None:
        """The client's."""
        return self._client.info.version

    def driver(
        self, target: Target, wiring: Wiring, sessions: Iterable[Session] = frozenset({Session.NEW})
    ) -> ClaudePrint:
        """Build the driver of one arm, whose steps have these sessions."""
        options = self._options
        settings = Settings(
            route=wiring.route,
            token=wiring.token,
            environment={**target.model_environment(), **target.env},
            token_variable=target.auth.variable,
            inherited=self._environment,
            redactor=wiring.redactor,
            tap=wiring.tap,
            prime_url=self._prime,
            workload=options.workload,
            output_format=options.output_format,
            client_retries=options.client_retries,
            skip_permissions=options.dangerously_skip_permissions,
            keep_sandbox=self._keep_sandbox,
            sessions=frozenset(sessions),
        )
        place = self._root / str(self._made)
        self._made += 1
        place.mkdir(mode=0o700)
        return ClaudePrint(self._client, place, settings, wiring.cancel)


def plain_driver(kind: DriverKind, target: Target, wiring: Wiring) -> "PlainDriver":
    """The driver of an arm without a client; it needs a recorder."""
    from probe.drivers.plain_apis import PLAIN_APIS
    from probe.drivers.plain_driver import PlainDriver, PlainSettings

    if wiring.tap is None:
        raise RuntimeError("a plain driver without a recorder")
    settings = PlainSettings(
        route=wiring.route,
        tap=wiring.tap,
        model=target.model,
        token=wiring.token,
        token_header=target.auth,
        environment=target.env,
        redactor=wiring.redactor,
    )
    return PlainDriver(PLAIN_APIS[kind](), settings, wiring.cancel)
