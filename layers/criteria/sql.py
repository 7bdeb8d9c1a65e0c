"""The statements of the assessment, in the order in which `assess` runs them."""

#: Hamlets and rural communes that existed at the end of the year, and their parents' chain.
SCOPE = """
CREATE TEMP TABLE scope ON COMMIT DROP AS
SELECT u.id, u.kind, u.parent_id, u.path, split_part(u.path, '/', 1)::bigint AS root_id,
       coalesce(g.commune_group, 0) AS commune_group, (u.rural OR p.rural) AS judged
FROM layers_unit u LEFT JOIN layers_unit p ON p.id = u.parent_id AND u.kind = 'hamlet'
LEFT JOIN (SELECT DISTINCT ON (unit_id) unit_id, commune_group FROM layers_grouping
           WHERE since <= make_date(%(year)s, 12, 31) ORDER BY unit_id, since DESC) g
    ON g.unit_id = coalesce(p.id, u.id)
WHERE u.path LIKE %(path)s AND u.valid_from <= make_date(%(year)s, 12, 31)
  AND (u.valid_to IS NULL OR u.valid_to > make_date(%(year)s, 12, 31))
  AND (u.kind IN ('hamlet', 'commune') AND coalesce(u.rural OR p.rural, false));
CREATE UNIQUE INDEX ON scope (id);
ANALYZE scope
"""

#: What stays as it was last assessed, whatever rows and thresholds become since: a year that was recognised, of the
#: commune and its hamlets; every year of a commune whose hamlets and rows have passed to its successor; and of those
#: hamlets the years before there was their present commune. Only the sums above still need their results.
FROZEN = """
CREATE TEMP TABLE frozen ON COMMIT DROP AS
SELECT s.id FROM scope s JOIN layers_cycle y ON y.unit_id IN (s.id, s.parent_id)
WHERE y.year = %(year)s AND y.state = 'recognised'
  AND EXISTS (SELECT FROM layers_standing o WHERE o.unit_id = s.id AND o.year = y.year)
UNION
SELECT s.id FROM scope s JOIN layers_succession x ON x.predecessor_id = s.id AND x.carried_at IS NOT NULL
UNION
SELECT s.id FROM scope s JOIN layers_unit p ON p.id = s.parent_id
WHERE s.kind = 'hamlet' AND p.valid_from > make_date(%(year)s, 12, 31);
DELETE FROM scope s USING frozen f WHERE f.id = s.id;
ANALYZE scope; ANALYZE frozen
"""

#: Districts and provinces whose sums must follow: all that hold a commune in scope.
ABOVE = """
CREATE TEMP TABLE above ON COMMIT DROP AS
SELECT DISTINCT a.id
FROM scope s, unnest(string_to_array(rtrim(s.path, '/'), '/')::bigint[]) AS part JOIN layers_unit a ON a.id = part
WHERE s.kind = 'commune' AND a.kind IN ('district', 'province')
"""

#: The threshold of each indicator in each province and group of communes: the province's own before the
#: group's before the region's before the nation's, and of each the latest that has begun.
LIMITS = """
CREATE TEMP TABLE limits ON COMMIT DROP AS
SELECT DISTINCT ON (r.id, s.commune_group, i.id) r.id AS root_id, s.commune_group, i.id AS indicator_id, c.number,
       i.comparator, i.boolean, i.measure, t.value AS threshold, coalesce(t.verified, false) AS verified
FROM (SELECT DISTINCT root_id, commune_group FROM scope) s
JOIN layers_unit r ON r.id = s.root_id
CROSS JOIN layers_indicator i
JOIN layers_criterion c ON c.id = i.criterion_id AND c.criteria_set_id = %(set)s
LEFT JOIN layers_threshold t ON t.indicator_id = i.id AND t.first_year <= %(year)s
    AND (t.province_code = r.code OR (t.province_code = '' AND t.region IN ('', r.region)))
    AND t.commune_group IN (0, s.commune_group)
ORDER BY r.id, s.commune_group, i.id, (t.province_code = r.code) DESC NULLS LAST,
    (t.commune_group <> 0) DESC NULLS LAST, (t.region <> '') DESC NULLS LAST, t.first_year DESC;
CREATE INDEX ON limits (root_id, indicator_id);
ANALYZE limits
"""

#: Sums are rounded to a thousandth (a millimetre of road), because the order of adding must not show.
#: Rows that name a hamlet count for the hamlet and for its commune; rows that name a commune for it alone. A
#: statistic of a commune is its total already, so those of its hamlets are not added to it.
ROLLED = """
CREATE TEMP TABLE rolled ON COMMIT DROP AS
SELECT unit_id, measure, round(sum(numerator)::numeric, 3)::float8 AS numerator,
       round(sum(denominator)::numeric, 3)::float8 AS denominator,
       round(sum(undetermined)::numeric, 3)::float8 AS undetermined
FROM (
    SELECT m.* FROM measured m JOIN scope s ON s.id = m.unit_id
    UNION ALL
    SELECT s.parent_id, m.measure, m.numerator, m.denominator, m.undetermined
    FROM measured m JOIN scope s ON s.id = m.unit_id AND s.kind = 'hamlet'
    LEFT JOIN (measured t JOIN measures k ON k.measure = t.measure AND k.source = 'statistics')
           ON t.unit_id = s.parent_id AND t.measure = m.measure
    WHERE t.unit_id IS NULL
) m
GROUP BY unit_id, measure;
ANALYZE rolled
"""

#: A hamlet without rows of a measure has nothing of that kind ("-") where its source was counted there at
#: all, as a hamlet with roads but no field road; where it was not counted, the measure says what that means.
#: What only the commune is asked, and what was counted for it alone, gives its hamlets no result.
#: A measure without factor is held against the threshold as it was counted; "==" asks for at least so many.
#: 1e-6 is far below any length or count and far above the rounding of a sum of metres.
JUDGED = """
CREATE TEMP TABLE judged ON COMMIT DROP AS
SELECT s.id AS unit_id, s.kind, s.root_id, l.indicator_id, l.measure, l.threshold, l.verified,
       r.numerator, r.denominator, coalesce(r.undetermined, 0) AS undetermined,
       CASE
           WHEN r.denominator IS NULL AND s.kind = 'hamlet'
               THEN CASE WHEN k.empty_hamlet = '-' OR seen.unit_id IS NOT NULL THEN '-' ELSE '?' END
           WHEN r.denominator IS NULL OR l.threshold IS NULL THEN '?'
           WHEN l.comparator = '<=' AND v.high <= l.threshold + 1e-6
               OR l.comparator <> '<=' AND v.low >= l.threshold - 1e-6
               THEN CASE WHEN k.proves_met THEN 'm' ELSE '?' END
           WHEN l.comparator = '<=' AND v.low > l.threshold + 1e-6
               OR l.comparator <> '<=' AND v.high < l.threshold - 1e-6 THEN 'u'
           ELSE '?'
       END AS status
FROM scope s
JOIN limits l ON l.root_id = s.root_id AND l.commune_group = s.commune_group AND l.measure <> ''
JOIN measures k ON k.measure = l.measure
LEFT JOIN rolled r ON r.unit_id = s.id AND r.measure = l.measure
LEFT JOIN (SELECT DISTINCT r.unit_id, k.source FROM rolled r JOIN measures k ON k.measure = r.measure) seen
       ON seen.unit_id = s.id AND seen.source = k.source
CROSS JOIN LATERAL (
    SELECT coalesce(k.factor * r.numerator / r.denominator, r.numerator) AS low,
           coalesce(k.factor * (r.numerator + r.undetermined) / r.denominator, r.numerator + r.undetermined) AS high
) v
WHERE s.kind = 'commune' OR (k.hamlets AND (k.source <> 'statistics' OR r.denominator IS NOT NULL));
CREATE INDEX ON judged (unit_id)
"""

#: Communes from their rows; districts and provinces from the results of all their communes, in scope or not.
WRITE_ASSESSMENTS = """
WITH sums AS (
    SELECT a.id AS unit_id, x.indicator_id, round(sum(x.numerator)::numeric, 3)::float8 AS numerator,
           round(sum(x.denominator)::numeric, 3)::float8 AS denominator,
           round(sum(x.undetermined)::numeric, 3)::float8 AS undetermined
    FROM (
        SELECT unit_id, indicator_id, numerator, denominator, undetermined FROM judged WHERE kind = 'commune'
        UNION ALL
        SELECT o.unit_id, o.indicator_id, o.numerator, o.denominator, o.undetermined FROM layers_assessment o
        WHERE (NOT %(whole)s OR EXISTS (SELECT FROM frozen WHERE frozen.id = o.unit_id))
          AND o.year = %(year)s AND NOT EXISTS (SELECT FROM scope WHERE scope.id = o.unit_id)
    ) x
    JOIN layers_unit c ON c.id = x.unit_id AND c.kind = 'commune' AND x.denominator IS NOT NULL,
    unnest(string_to_array(rtrim(c.path, '/'), '/')::bigint[]) AS part
    JOIN above a ON a.id = part
    GROUP BY a.id, x.indicator_id
), results AS (
    SELECT unit_id, indicator_id, numerator, denominator, undetermined, threshold, verified, status FROM judged
    UNION ALL
    SELECT unit_id, indicator_id, numerator, denominator, undetermined, NULL, false, '-' FROM sums
), gone AS (
    DELETE FROM layers_assessment o
    WHERE o.year = %(year)s AND (%(whole)s OR o.unit_id IN (SELECT id FROM scope))
      AND NOT EXISTS (SELECT FROM results r WHERE r.unit_id = o.unit_id AND r.indicator_id = o.indicator_id)
      AND NOT EXISTS (SELECT FROM frozen f WHERE f.id = o.unit_id)
    RETURNING 1
), written AS (
    INSERT INTO layers_assessment AS o (unit_id, indicator_id, year, numerator, denominator, undetermined,
                                        threshold, threshold_verified, status, assessed_at)
    SELECT unit_id, indicator_id, %(year)s, numerator, denominator, undetermined, threshold, verified, status, now()
    FROM results
    ON CONFLICT (year, unit_id, indicator_id) DO UPDATE SET
        numerator = EXCLUDED.numerator, denominator = EXCLUDED.denominator, undetermined = EXCLUDED.undetermined,
        threshold = EXCLUDED.threshold, threshold_verified = EXCLUDED.threshold_verified, status = EXCLUDED.status,
        assessed_at = EXCLUDED.assessed_at
    WHERE (o.numerator, o.denominator, o.undetermined, o.threshold, o.threshold_verified, o.status)
        IS DISTINCT FROM (EXCLUDED.numerator, EXCLUDED.denominator, EXCLUDED.undetermined, EXCLUDED.threshold,
                          EXCLUDED.threshold_verified, EXCLUDED.status)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""

#: What a commune declares is its number; whether it meets follows from the threshold, also from one that was set
#: after it was declared. Without a number its word stands.
DECLARED = """
UPDATE layers_declaration o SET status = v.status
FROM (
    SELECT d.id, CASE WHEN l.comparator = '<=' AND h.held <= l.threshold + 1e-6
                        OR l.comparator <> '<=' AND h.held >= l.threshold - 1e-6 THEN 'm' ELSE 'u' END AS status
    FROM scope s
    JOIN limits l ON l.root_id = s.root_id AND l.commune_group = s.commune_group
        AND NOT l.boolean AND l.threshold IS NOT NULL
    JOIN layers_declaration d ON d.unit_id = s.id AND d.indicator_id = l.indicator_id AND d.year = %(year)s
        AND d.status IN ('m', 'u')
    CROSS JOIN LATERAL (SELECT coalesce(100 * d.numerator / nullif(d.denominator, 0), d.value) AS held) h
    WHERE h.held IS NOT NULL
) v
WHERE v.id = o.id AND v.status <> o.status
"""

#: An indicator counts as computed where the rows can tell, else as declared. A commune answers for every
#: indicator of the set; a hamlet only for those that its rows or declarations speak of. Of a criterion whose
#: indicators nobody has entered yet nothing is known, but it has its place among the others.
STANDINGS = """
WITH told AS (
    SELECT s.id AS unit_id, l.number, j.status AS computed, d.status AS declared,
           CASE
               WHEN j.status IN ('m', 'u') THEN j.status
               WHEN d.status IN ('m', 'u') THEN d.status
               WHEN s.kind = 'hamlet' THEN coalesce(j.status, d.status, '-')
               ELSE '?'
           END AS status
    FROM scope s
    JOIN limits l ON l.root_id = s.root_id AND l.commune_group = s.commune_group
    LEFT JOIN judged j ON j.unit_id = s.id AND j.indicator_id = l.indicator_id
    LEFT JOIN layers_declaration d ON d.unit_id = s.id AND d.indicator_id = l.indicator_id AND d.year = %(year)s
), by_criterion AS (
    SELECT unit_id, number,
           CASE WHEN bool_or(status = 'u') THEN 'u' WHEN bool_or(status = '?') THEN '?'
                WHEN bool_or(status = 'm') THEN 'm' ELSE '-' END AS status,
           bool_or(computed IN ('m', 'u') AND declared IN ('m', 'u') AND computed <> declared) AS differs
    FROM told GROUP BY unit_id, number
    UNION ALL
    SELECT s.id, c.number, CASE WHEN s.kind = 'hamlet' THEN '-' ELSE '?' END, false
    FROM scope s CROSS JOIN layers_criterion c
    WHERE c.criteria_set_id = %(set)s AND NOT EXISTS (SELECT FROM layers_indicator i WHERE i.criterion_id = c.id)
), standings AS (
    SELECT unit_id, string_agg(status, '' ORDER BY number) AS statuses,
           string_agg(CASE WHEN differs THEN '≠' ELSE ' ' END, '' ORDER BY number) AS differs,
           count(*) FILTER (WHERE status = 'm') AS met
    FROM by_criterion GROUP BY unit_id
), gone AS (
    DELETE FROM layers_standing o
    WHERE o.year = %(year)s AND o.unit_id IN (SELECT id FROM layers_unit WHERE path LIKE %(path)s)
      AND NOT EXISTS (SELECT FROM scope s WHERE s.id = o.unit_id)
      AND NOT EXISTS (SELECT FROM frozen f WHERE f.id = o.unit_id)
    RETURNING 1
), written AS (
    INSERT INTO layers_standing AS o (unit_id, criteria_set_id, year, statuses, differs, met)
    SELECT unit_id, %(set)s, %(year)s, statuses, differs, met FROM standings
    ON CONFLICT (unit_id, year) DO UPDATE SET criteria_set_id = EXCLUDED.criteria_set_id,
        statuses = EXCLUDED.statuses, differs = EXCLUDED.differs, met = EXCLUDED.met
    WHERE (o.criteria_set_id, o.statuses, o.differs, o.met)
        IS DISTINCT FROM (EXCLUDED.criteria_set_id, EXCLUDED.statuses, EXCLUDED.differs, EXCLUDED.met)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""
