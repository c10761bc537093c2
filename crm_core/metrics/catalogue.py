"""The catalogue of metrics: name and formula of every figure, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crm_core.metrics.rules import RULE_VERSION

Unit = Literal["share", "minutes", "lines", "minor"]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means.  ``minor``: minor units of the figure's currency, per visit."""

    key: str
    unit: Unit
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    rule_version: str = RULE_VERSION


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "adherence_strict",
        "share",
        "拜访达成率",
        "Plan adherence, same day",
        "计划当日完成的计划拜访数 ÷ 计划拜访数（以当日零点已发布的线路为准）",
        "planned stops visited on their planned date / planned stops "
        "(the version published at 00:00)",
    ),
    Definition(
        "adherence_week",
        "share",
        "拜访计划完成率（当周）",
        "Plan adherence, same week",
        "计划所在周内完成的计划拜访数 ÷ 计划拜访数",
        "planned stops visited within the same ISO week / planned stops",
    ),
    Definition(
        "adherence_cycle",
        "share",
        "拜访计划完成率（周期内）",
        "Plan adherence, same cycle",
        "计划所在周期内完成的计划拜访数 ÷ 计划拜访数",
        "planned stops visited within the same cycle / planned stops",
    ),
    Definition(
        "sequence_adherence",
        "share",
        "顺序达成率",
        "Sequence adherence",
        "计划顺序与实际顺序的最长公共子序列 ÷ 当日已拜访的计划拜访数",
        "longest common subsequence of planned and actual order / planned stops visited",
    ),
    Definition(
        "coverage",
        "share",
        "覆盖率",
        "Coverage",
        "期内拜访过的有效终端数 ÷ 有效终端数",
        "distinct active outlets visited / active outlets in scope",
    ),
    Definition(
        "frequency_attainment",
        "share",
        "频次达成率",
        "Frequency attainment",
        "Σ min(已拜访次数, 应拜访次数) ÷ Σ 应拜访次数（期内结束的周期）",
        "Σ min(visits made, required) / Σ required, over the cycles that end in the period",
    ),
    Definition(
        "frequency_outlets",
        "share",
        "频次达标终端占比",
        "Outlets with full frequency",
        "达到全部应拜访次数的终端数 ÷ 有应拜访次数的终端数（期内结束的周期）",
        "outlets with all required visits / outlets with required visits, "
        "over the cycles that end in the period",
    ),
    Definition(
        "on_time",
        "share",
        "准时率",
        "On time",
        "|实际到店 − 计划到店| ≤ 30 分钟的拜访数 ÷ 当日已拜访的计划拜访数",
        "stops with |actual − planned arrival| ≤ 30 min / planned stops visited",
    ),
    Definition(
        "strike_rate",
        "share",
        "成交率（按实际拜访）",
        "Strike rate, of visits made",
        "有订单的拜访数 ÷ 实际拜访数",
        "visits with an order / visits made",
    ),
    Definition(
        "strike_rate_planned",
        "share",
        "成交率（按计划拜访）",
        "Strike rate, of visits planned",
        "有订单的拜访数 ÷ 计划拜访数",
        "visits with an order / visits planned",
    ),
    Definition(
        "lines_per_call",
        "lines",
        "单次成交品项数",
        "Lines per productive call",
        "订单行数 ÷ 有订单的拜访数",
        "order lines / visits with an order",
    ),
    Definition(
        "drop_size",
        "minor",
        "单次成交金额",
        "Drop size",
        "订单金额 ÷ 有订单的拜访数（按币种分别计算）",
        "order value / visits with an order, each currency by itself",
    ),
    Definition(
        "time_in_store",
        "minutes",
        "平均店内时长",
        "Time in store",
        "Σ（离店 − 到店）÷ 到店与离店齐全的拜访数",
        "Σ (check-out − check-in) / visits with both",
    ),
)

BY_KEY = {definition.key: definition for definition in DEFINITIONS}
