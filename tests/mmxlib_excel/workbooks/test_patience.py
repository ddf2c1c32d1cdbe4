"""An Excel that is busy is waited for, so long and no longer."""

import pytest

from mmxlib.errors import WorkbookError
from mmxlib_excel.workbooks.patience import Patience, is_busy, patiently


class com_error(Exception):  # noqa: N801, N818 - as pywin32 names and shapes it
    def __init__(self, hresult, text="", details=None, argument=None):
        super().__init__(hresult, text, details, argument)
        self.hresult = hresult


class CommandError(Exception):
    def __init__(self, errornumber):
        super().__init__(f"OSERROR: {errornumber}")
        self.errornumber = errornumber


class ExcelBusyError(Exception):
    """As xlwings names it."""


EDITING = (0, "Microsoft Excel", None, None, 0, -2146777998)
BUSY = [
    com_error(-2147418111, "Call was rejected by callee."),
    com_error(-2146777998),
    com_error(-2147352567, "Exception occurred.", EDITING),
    com_error(-2147417846),
    CommandError(-50),
    CommandError(-1712),
    ExcelBusyError(),
    AttributeError("Property 'Excel.Range.Value' can not be set."),
]
OTHER = [
    com_error(-2147352567, "Exception occurred.", (0, "Excel", "no such name", None, 0, -2146827284)),
    com_error(-2147023174, "The RPC server is unavailable."),
    CommandError(-1728),
    AttributeError("no such thing"),
    ValueError("x"),
]


class Clock:
    """Time that passes by waiting alone."""

    def __init__(self):
        self.now = 0.0

    def patience(self, seconds=10.0):
        return Patience(seconds=seconds, pause=0.25, wait=self.wait, clock=lambda: self.now)

    def wait(self, seconds):
        self.now += seconds


@pytest.mark.parametrize("error", BUSY, ids=str)
def test_a_busy_excel_is_asked_again(error):
    refusals = [error] * 7

    def act():
        if refusals:
            raise refusals.pop()
        return "done"

    clock = Clock()
    assert patiently(act, patience=clock.patience(), place="plan.xlsm") == "done"
    assert clock.now == pytest.approx(7 * 0.25)


@pytest.mark.parametrize("error", OTHER, ids=str)
def test_any_other_error_comes_at_once(error):
    clock = Clock()

    def act():
        raise error

    with pytest.raises(type(error)):
        patiently(act, patience=clock.patience(), place="plan.xlsm")
    assert clock.now == 0.0
    assert not is_busy(error)


def test_an_excel_that_stays_busy_is_told_in_words():
    clock = Clock()

    def act():
        raise BUSY[0]

    with pytest.raises(WorkbookError) as caught:
        patiently(act, patience=clock.patience(120.0), place="plan.xlsm")
    assert caught.value.code == "MMX-X086"
    assert "2 minutes" in str(caught.value)
    assert clock.now == pytest.approx(120.0)
