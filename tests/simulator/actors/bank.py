"""The bank, and the line between it and the portal, on which files are late, come twice or in another order."""

import shutil

from apps.sandbox import day, folder
from apps.sandbox.instant import booking as instant
from tests.simulator.actors import step


@step(6)
def take_files(world):
    """Take what is in the inbox, answer it, and put it into the archive."""
    return folder.collect(world.bank_account)


@step(6)
def work(world):
    """Book what is due, and close the days that have passed."""
    if world.bank:
        instant.take_over(world.bank_account)
    day.work_through(world.bank_account.pk)


@step(7)
def deliver(world):
    """Write answers, statements and notifications into the outbox."""
    return folder.deliver(world.bank_account)


@step(2)
def receive_money(world):
    """Get money from the platform for its payouts."""
    amount = world.chance.choice((30_000, 400_000))
    world.deposit(amount)
    return amount


@step(2, may_crash=False)
def delay(world):
    """Let a file that the bank has sent get stuck on its way."""
    files = sorted(outbox(world).glob("*.xml"))
    if not files:
        return "nothing is on its way"
    file = world.chance.choice(files)
    limbo = outbox(world).parent / "limbo"
    limbo.mkdir(exist_ok=True)
    file.rename(limbo / file.name)
    return file.name


@step(3, may_crash=False)
def arrive(world):
    """Let a file that was stuck arrive after all."""
    files = sorted((outbox(world).parent / "limbo").glob("*.xml"))
    if not files:
        return "nothing is stuck"
    file = world.chance.choice(files)
    file.rename(outbox(world) / file.name)
    return file.name


@step(2, may_crash=False)
def send_twice(world):
    """Deliver again what was read already, sometimes under another name."""
    files = sorted((outbox(world) / "read").glob("SBX-*.xml"))
    if not files:
        return "nothing was read yet"
    file = world.chance.choice(files)
    name = world.chance.choice((file.name, f"again-{file.name}"))
    shutil.copyfile(file, outbox(world) / name)
    return name


def everything_arrives(world) -> None:
    """Let all files arrive that were stuck."""
    for file in sorted((outbox(world).parent / "limbo").glob("*.xml")):
        file.rename(outbox(world) / file.name)


def outbox(world):
    return world.bank_account.path / "from_bank"
