"""The language of an answer: what the request asks for, else what the user has chosen."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

type Language = Literal["zh", "en"]

_TITLES_ZH: dict[int, str] = {
    400: "请求有误",
    401: "未登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持此方法",
    409: "与现有内容冲突",
    412: "已有更新的版本",
    413: "请求内容过大",
    422: "请求格式不正确",
    428: "缺少前提条件",
    429: "尝试次数过多",
    500: "服务器出错",
    503: "服务暂不可用",
}


def language_asked(accept: str | None, otherwise: str = "en") -> Language:
    """``zh`` or ``en`` from an ``Accept-Language`` header: zh for zh…, en for any other language.

    Of several the one with the greatest weight counts, the first of equals.  Without a header, or
    with one that takes anything, ``otherwise``.
    """
    weighed = [_weighed(part) for part in (accept or "").split(",")]
    asked = [(weight, tag) for weight, tag in weighed if tag and weight > 0]
    tag = max(asked, key=lambda pair: pair[0])[1] if asked else "*"
    if tag == "*":
        tag = otherwise
    return "zh" if tag.lower().partition("-")[0] == "zh" else "en"


def problem_title(status: int, language: str) -> str:
    """The title of an error with this HTTP status; English where there is no Chinese one."""
    english = HTTPStatus(status).phrase
    return _TITLES_ZH.get(status, english) if language == "zh" else english


def _weighed(part: str) -> tuple[float, str]:
    """Weight and tag of one language range, ``zh-CN;q=0.8``; weight 0 for an unreadable one."""
    tag, _, weight = part.strip().partition(";")
    if not weight:
        return 1.0, tag.strip()
    try:
        return float(weight.strip().removeprefix("q=")), tag.strip()
    except ValueError:
        return 0.0, ""
