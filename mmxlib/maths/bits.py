"""The bits of a number as an integer, and back: one instruction each, in loops and in vector lanes alike."""

from collections.abc import Callable
from typing import Any, cast

from numba.core import types
from numba.extending import intrinsic

Made = tuple[Any, Callable[..., Any]]


def _cast_to(kind: Any) -> Callable[..., Any]:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(kind))

    return code


def _bits_of(context: Any, number: Any) -> Made:
    return types.int64(types.float64), _cast_to(types.int64)


def _number_of(context: Any, bits: Any) -> Made:
    return types.float64(types.int64), _cast_to(types.float64)


bits_of: Callable[[float], Any] = cast(Callable[[float], Any], intrinsic(_bits_of))
"""The bits of a double as an integer."""
number_of: Callable[[Any], float] = cast(Callable[[Any], float], intrinsic(_number_of))
"""The double whose bits are an integer's."""
