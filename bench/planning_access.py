"""Travel times against two other engines on the same network, in the same run: igraph, and pgRouting in the database.

All go from one super-source to every node: an edge without length to each centre. Never pgRouting's `equicost`, which
tells wrong times for some nodes.
"""

import time
from collections.abc import Iterator

import igraph
import numpy as np
from django.db import connection
from psycopg2.extras import execute_values

from bench.figures import Figure, skipped
from layers.planning.access.graph import travel_graph
from layers.planning.access.times import nearest

#: Seconds that two engines may differ by on any node.
APART = 1.0
REPEATS = 5


def figures(tail: np.ndarray, head: np.ndarray, seconds: np.ndarray, nodes: int, centres: np.ndarray, name: str,
            ) -> Iterator[Figure]:  # fmt: skip
    """Measure times from every node to the nearest centre: (E,) tail, head and seconds both ways, (K,) centres."""
    built = time.perf_counter()
    graph = travel_graph(tail, head, seconds, seconds, nodes)
    built = time.perf_counter() - built
    ours, found = _best(lambda: nearest(graph, centres).seconds)
    source = np.full(len(centres), nodes)
    edges = np.stack([np.append(tail, source), np.append(head, centres)], axis=1)
    length = np.append(seconds, np.zeros(len(centres)))
    other = igraph.Graph(n=nodes + 1, edges=edges)
    theirs, again = _best(lambda: np.array(other.distances(nodes, weights=length)[0][:nodes]))
    yield _compared(f"{name}: nearest of {len(centres)} centres from every node, to igraph", ours, theirs,
                    found, again, f"graph built in {built:.3f} s")  # fmt: skip
    if not _has_pgrouting():
        yield skipped(f"{name}: the same, to pgRouting", "s", "the server has no pgRouting")
        return
    theirs, again = _in_database(edges, length, nodes)
    yield _compared(f"{name}: the same, to pgRouting", ours, theirs, found, again, "edges stored and indexed before")


def _best(work):
    """Return the least seconds of some repeats, and the answer."""
    took = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        answer = work()
        took.append(time.perf_counter() - began)
    return min(took), answer


def _compared(name: str, ours: float, theirs: float, found: np.ndarray, again: np.ndarray, note: str) -> Figure:
    """Make the figure: not slower, and the same times. Nodes out of reach have to be so for both."""
    reached = np.isfinite(found)
    apart = float(np.abs(found[reached] - again[reached]).max(initial=0.0))
    same = bool((reached == np.isfinite(again)).all()) and apart <= APART
    note = f"{theirs:.3f} s there; times differ by at most {apart:.1e} s; {note}"
    ratio = ours / theirs
    return Figure(name, "s", limit=1.0, measured=ours, ratio=ratio, ok=same and ratio <= 1.0, note=note)


def _has_pgrouting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pgrouting'")
        return cursor.fetchone() is not None


def _in_database(edges: np.ndarray, length: np.ndarray, nodes: int) -> tuple[float, np.ndarray]:
    """Store the edges and ask pgRouting from the super-source; (nodes,) seconds, infinite where none are told."""
    rows = [(*ends, cost) for ends, cost in zip(edges.tolist(), length.tolist(), strict=True)]
    query = "SELECT id, source, target, cost, cost AS reverse_cost FROM bench_edges"
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting CASCADE")
        cursor.execute("DROP TABLE IF EXISTS bench_edges")
        cursor.execute("CREATE TABLE bench_edges (id serial PRIMARY KEY, source int, target int, cost float8)")
        execute_values(cursor.cursor, "INSERT INTO bench_edges (source, target, cost) VALUES %s", rows, page_size=5000)
        cursor.execute("ANALYZE bench_edges")

        def ask() -> list[tuple[int, float]]:
            cursor.execute(
                "SELECT node, agg_cost FROM pgr_drivingDistance(%s, %s::bigint, 1e12, directed := false)",
                [query, nodes],
            )
            return cursor.fetchall()

        took, told = _best(ask)
        cursor.execute("DROP TABLE bench_edges")
    made = np.full(nodes + 1, np.inf)
    found = np.array(told)
    made[found[:, 0].astype(int)] = found[:, 1]
    return took, made[:nodes]
