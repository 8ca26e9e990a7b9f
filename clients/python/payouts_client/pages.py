"""Lists, from their first row to their last, page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import ParamSpec, Protocol, TypeVar, cast

Row = TypeVar("Row", covariant=True)
P = ParamSpec("P")


class Page(Protocol[Row]):
    """What every list operation answers that has a cursor."""

    @property
    def data(self) -> Sequence[Row]: ...
    @property
    def has_more(self) -> bool: ...
    @property
    def next_cursor(self) -> str | None: ...


def each(read: Callable[P, Page[Row]], *args: P.args, **kwargs: P.kwargs) -> Iterator[Row]:
    """
    Yield the rows of a list, whatever its length: ``each(portal.payouts.list_payouts, status="paid")``.

    The next page is read when its first row is asked for. `limit` is the size of a page.

    :raises PortalError: as the operation itself.
    """
    page = read(*args, **kwargs)
    yield from page.data
    while page.has_more:
        page = cast(Callable[..., Page[Row]], read)(*args, **{**kwargs, "cursor": page.next_cursor})
        yield from page.data


async def each_async(read: Callable[P, Awaitable[Page[Row]]], *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[Row]:
    """
    Yield the rows of a list of an `AsyncPortal`, as `each` does.

    :raises PortalError: as the operation itself.
    """
    page = await read(*args, **kwargs)
    for row in page.data:
        yield row
    while page.has_more:
        page = await cast(Callable[..., Awaitable[Page[Row]]], read)(*args, **{**kwargs, "cursor": page.next_cursor})
        for row in page.data:
            yield row
