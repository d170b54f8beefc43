"""`bosman api` and `bosman worker`: the two processes."""

import asyncio
import gc
import signal

import typer
import uvicorn
import uvloop

from bosman_server.app import create_app
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring
from bosman_server.kit.crypto.trust import TrustBrokenError
from bosman_server.kit.http.protocol import GuardedProtocol
from bosman_server.kit.logs import configure_logging
from bosman_server.kit.metrics import serve_metrics
from bosman_server.settings import Settings
from bosman_server.worker import run_worker


def api() -> None:
    """Serve browsers."""
    settings = Settings()
    configure_logging(settings.log_level, settings.log_format, "api")
    serve_metrics(settings.metrics_host, settings.metrics_port)
    app = create_app(settings, Keyring(settings.keys_folder))
    # As with the code that it is made of: see `lazy`.
    gc.freeze()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=GuardedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run()


async def _worker(settings: Settings) -> None:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await run_worker(settings, Keyring(settings.keys_folder))


def worker() -> None:
    """Serve agents."""
    settings = Settings()
    configure_logging(settings.log_level, settings.log_format, "worker")
    serve_metrics(settings.metrics_host, settings.metrics_port)
    try:
        uvloop.run(_worker(settings))
    except asyncio.CancelledError:
        return
    except KeyMissingError as error:
        typer.echo(f"{error} is missing or cannot be read. `bosman keys init` makes what is missing.", err=True)
        raise typer.Exit(1) from None
    except TrustBrokenError as error:
        typer.echo(f"Agents would refuse this worker: {error}.", err=True)
        typer.echo("Issue a statement with its key: `bosman keys trust issue` (docs/operations/trust.md).", err=True)
        raise typer.Exit(1) from None
