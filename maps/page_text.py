"""The words of standalone map pages, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

type Language = Literal["zh", "en"]

PAGE_TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "back": "Back",
        "done": "Visited",
        "empty": "No stops on this day.",
        "estimate": "No road route at hand: straight lines, times are estimates.",
        "grade": "Grade",
        "home": "Start and end",
        "km": "km",
        "m": "m",
        "min": "min",
        "minutes": "min of visits",
        "noTerritories": "No territories yet.",
        "outlets": "outlets",
        "route": "Route on streets",
        "skipped": "Skipped",
        "start": "Start",
        "stop": "Stop, in visiting order",
        "stops": "stops",
        "straight": "Straight line (estimate)",
        "territories": "territories",
        "travel": "min travel",
        "unassigned": "Outlet without a territory",
        "visits": "visits in 4 weeks",
        "way": "Way there",
    },
    "zh": {
        "back": "返回",
        "done": "已拜访",
        "empty": "当天没有拜访点。",
        "estimate": "暂无道路路线：以直线表示，时间为估算。",
        "grade": "等级",
        "home": "出发与返回",
        "km": "公里",
        "m": "米",
        "min": "分钟",
        "minutes": "分钟拜访时长",
        "noTerritories": "还没有责任区域。",
        "outlets": "家终端",
        "route": "沿街道的线路",
        "skipped": "已跳过",
        "start": "出发",
        "stop": "拜访点（按顺序）",
        "stops": "个拜访点",
        "straight": "直线（估算）",
        "territories": "个片区",
        "travel": "分钟路程",
        "unassigned": "未归入片区的终端",
        "visits": "次拜访/4周",
        "way": "前往路程",
    },
}
HTML_LANGUAGE: Mapping[str, str] = {"en": "en", "zh": "zh-CN"}
