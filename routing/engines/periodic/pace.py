"""Driving through peak hours in kernels: ``routing.travel.Pace``, slot by slot.

Whoever leaves later never arrives earlier, so that earliest departures and latest arrivals stay
what they are and an insertion is still tested in constant time.
"""

from __future__ import annotations

from routing.engines.periodic.kernel import kernel


@kernel
def piece_of(peaks, rt, clock):
    """The piece of the slot's day in which a minute lies."""
    at = peaks.first[rt]
    while at + 1 < peaks.first[rt + 1] and peaks.clock[at + 1] <= clock:
        at += 1
    return at


@kernel
def arrive(peaks, rt, clock, minutes):
    """When a drive ends that begins at ``clock`` and takes so many minutes of free driving."""
    if peaks is None:  # known when compiled: without peaks nothing is left but the sum
        return clock + minutes
    if minutes == 0.0:
        return clock
    at = piece_of(peaks, rt, clock)
    driven = peaks.driven[at] + (clock - peaks.clock[at]) * peaks.speed[at] + minutes
    while at + 1 < peaks.first[rt + 1] and peaks.driven[at + 1] <= driven:
        at += 1
    return peaks.clock[at] + (driven - peaks.driven[at]) / peaks.speed[at]


@kernel
def depart(peaks, rt, clock, minutes):
    """Backward twin: the last minute to leave at for a drive to end by ``clock``."""
    if peaks is None:
        return clock - minutes
    if minutes == 0.0:
        return clock
    at = piece_of(peaks, rt, clock)
    driven = peaks.driven[at] + (clock - peaks.clock[at]) * peaks.speed[at] - minutes
    while at > peaks.first[rt] and peaks.driven[at] > driven:
        at -= 1
    return peaks.clock[at] + (driven - peaks.driven[at]) / peaks.speed[at]
