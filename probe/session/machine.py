"""Describe this machine, without its name."""

import hashlib
import os
import platform
from pathlib import Path

import psutil

from probe.model.run_manifest import MachineInfo


def machine_info() -> MachineInfo:
    """Return what a manifest keeps of this machine."""
    return MachineInfo(
        id=hashlib.sha256(_machine_name().encode()).hexdigest()[:8],
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        cpus=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
    )


def _machine_name() -> str:
    try:
        return Path("/etc/machine-id").read_text().strip() + platform.node()
    except OSError:
        return platform.node()
