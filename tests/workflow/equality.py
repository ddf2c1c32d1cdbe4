"""Whether two artifacts are the same, field by field."""

import dataclasses

import numpy as np
import pandas as pd


def assert_same(left: object, right: object, path: str = "") -> None:
    """Fail at the first field in which two artifacts differ, kinds included."""
    if isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(left, right, check_exact=True)
        assert [str(each) for each in left.dtypes] == [str(each) for each in right.dtypes], path
    elif isinstance(left, np.ndarray):
        assert left.dtype == right.dtype, path
        np.testing.assert_array_equal(left, right, err_msg=path)
    elif dataclasses.is_dataclass(left):
        assert type(left) is type(right), path
        for each in dataclasses.fields(left):
            assert_same(getattr(left, each.name), getattr(right, each.name), f"{path}.{each.name}")
    elif isinstance(left, tuple):
        assert len(left) == len(right), path
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            assert_same(one, other, f"{path}[{index}]")
    elif isinstance(left, dict):
        assert list(left) == list(right), path
        for key in left:
            assert_same(left[key], right[key], f"{path}[{key}]")
    else:
        assert left == right or (left != left and right != right), path
