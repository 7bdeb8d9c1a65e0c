"""Statements that make the samples for measuring: each makes all rows of a table at once.

Chance is a hash of a row's number, so that the same seed makes the same rows in any order. Hamlets are the
cells of a wobbled lattice and communes are three by three of them, so that neighbours share their lines;
each hamlet's roads lead through the middles of its four sides, so that the network joins up across them.
"""

#: `%(fine)s` is the side of a hamlet in degrees. A corner moves by up to a fifth of it, a side's middle by an eighth.
FUNCTIONS = """
CREATE FUNCTION pg_temp.chance(n bigint, about int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(n, %(seed)s * 1000 + about) & 1048575) / 1048576.0::float8 $$;

CREATE FUNCTION pg_temp.pick(words text[], n bigint, about int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT words[1 + floor(pg_temp.chance(n, about) * array_length(words, 1))::int] $$;

CREATE FUNCTION pg_temp.near(place geometry, reach float8, n bigint, about int) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_Translate(place, %(fine)s * reach * (pg_temp.chance(n, about) - 0.5),
                        %(fine)s * reach * (pg_temp.chance(n, about + 1) - 0.5)) $$;

CREATE FUNCTION pg_temp.halfway(a geometry, b geometry) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_SetSRID(ST_MakePoint((ST_X(a) + ST_X(b)) / 2, (ST_Y(a) + ST_Y(b)) / 2), 4326) $$;

CREATE FUNCTION pg_temp.corner(i int, j int) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pg_temp.near(ST_SetSRID(ST_MakePoint(%(west)s + %(fine)s * i, %(south)s + %(fine)s * j), 4326),
                        0.4, i * 1000003::bigint + j, 1) $$;

CREATE FUNCTION pg_temp.side(i int, j int, k int, l int) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pg_temp.near(pg_temp.halfway(pg_temp.corner(i, j), pg_temp.corner(k, l)),
                        0.25, (i + k) * 1000003::bigint + j + l, 3) $$;

CREATE FUNCTION pg_temp.bent(a geometry, b geometry, n bigint) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_MakeLine(ARRAY[a, ST_SetSRID(ST_MakePoint(
        (ST_X(a) + ST_X(b)) / 2 + 0.3 * (pg_temp.chance(n, 5) - 0.5) * (ST_Y(b) - ST_Y(a)),
        (ST_Y(a) + ST_Y(b)) / 2 + 0.3 * (pg_temp.chance(n, 6) - 0.5) * (ST_X(b) - ST_X(a))), 4326), b]) $$;

CREATE FUNCTION pg_temp.uid(n bigint, about int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT md5(%(seed)s || ' ' || about || ' ' || n)::uuid $$;
"""

#: Communes from arrays of columns and rows; provinces and districts are clusters of them.
COMMUNES = """
CREATE TEMP TABLE commune ON COMMIT DROP AS
WITH cell AS (
    SELECT n, ci, cj, pg_temp.halfway(pg_temp.corner(3 * ci + 1, 3 * cj + 1),
                                      pg_temp.corner(3 * ci + 2, 3 * cj + 2)) AS centre
    FROM unnest(%(columns)s::int[], %(rows)s::int[]) WITH ORDINALITY AS cell (ci, cj, n)
), in_province AS (
    SELECT *, ST_ClusterKMeans(centre, %(provinces)s) OVER () + 1 AS province FROM cell
)
SELECT *, ST_ClusterKMeans(centre, %(districts)s) OVER (PARTITION BY province) + 1 AS district,
       lpad(n::text, 5, '0') AS code, pg_temp.chance(n, 10) < 0.8 AS rural, pg_temp.chance(n, 11) AS wealth
FROM in_province;
"""

#: The lattice cells, nine a commune, and as many hamlets more as are wanted: those are points without a boundary.
HAMLETS = """
CREATE TEMP TABLE hamlet ON COMMIT DROP AS
WITH cell AS (
    SELECT c.n AS commune, c.code AS commune_code, 3 * ci + k %% 3 AS i, 3 * cj + k / 3 AS j, k
    FROM commune c, generate_series(0, 8) AS k
), shaped AS (
    SELECT *, ST_MakePolygon(ST_MakeLine(ARRAY[
        pg_temp.corner(i, j), pg_temp.side(i, j, i + 1, j),
        pg_temp.corner(i + 1, j), pg_temp.side(i + 1, j, i + 1, j + 1),
        pg_temp.corner(i + 1, j + 1), pg_temp.side(i, j + 1, i + 1, j + 1),
        pg_temp.corner(i, j + 1), pg_temp.side(i, j, i, j + 1), pg_temp.corner(i, j)])) AS geom
    FROM cell
)
SELECT (commune - 1) * 10 + k AS n, commune, commune_code, k, i, j, geom, ST_Centroid(geom) AS centre FROM shaped
UNION ALL
SELECT (commune - 1) * 10 + 9, commune, commune_code, 9, i, j, NULL,
       pg_temp.halfway(ST_Centroid(geom), pg_temp.corner(i, j))
FROM shaped WHERE k = 4 AND commune <= %(points)s;
ANALYZE hamlet;
"""

#: Parents before their parts: the trigger that sets a unit's path reads the parent's.
UNITS = """
CREATE TEMP TABLE area ON COMMIT DROP AS
SELECT c.*, lpad(province::text, 2, '0') AS province_code,
       lpad(province::text, 2, '0') || lpad(district::text, 2, '0') AS district_code, ST_Multi(u.geom) AS geom
FROM commune c JOIN (SELECT commune, ST_Union(geom) AS geom FROM hamlet GROUP BY commune) u ON u.commune = c.n;

CREATE FUNCTION pg_temp.name(n bigint, about int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_temp.pick(%(first)s, n, about) || ' ' || pg_temp.pick(%(last)s, n, about + 1) $$;

CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT 1 AS level, province::bigint AS n, province_code AS code, 'province' AS kind, 'tỉnh' AS title,
       'Tỉnh mẫu ' || province AS name, NULL AS parent_code, false AS rural, NULL::geometry AS point,
       ST_Multi(ST_Union(geom)) AS geom, 'provisional' AS boundary
FROM area GROUP BY province, province_code
UNION ALL
SELECT 2, province * 100 + district, district_code, 'district', 'huyện', pg_temp.name(province * 100 + district, 20),
       province_code, false, NULL, ST_Multi(ST_Union(geom)), 'provisional'
FROM area GROUP BY province, district, province_code, district_code
UNION ALL
SELECT 3, n, code, 'commune', CASE WHEN rural THEN 'xã' ELSE 'phường' END, pg_temp.name(n, 22),
       district_code, rural, centre, geom, 'provisional'
FROM area
UNION ALL
SELECT 4, n, commune_code || '-' || k + 1, 'hamlet', 'thôn', pg_temp.name(n, 24), commune_code, false, centre,
       ST_Multi(geom),
       CASE WHEN geom IS NULL THEN 'none' WHEN pg_temp.chance(n, 26) < 0.1 THEN 'surveyed' ELSE 'provisional' END
FROM hamlet;
CREATE INDEX ON made (level);
ANALYZE made;

CREATE FUNCTION pg_temp.region(place geometry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN ST_Y(place) > 21.3 THEN 'TDMNPB' WHEN ST_Y(place) > 20 THEN 'DBSH'
                WHEN ST_Y(place) > 16.3 THEN 'BTB'
                WHEN ST_Y(place) > 11.3 AND ST_X(place) > 108.6 THEN 'DHNTB' WHEN ST_Y(place) > 11.8 THEN 'TN'
                WHEN ST_Y(place) > 10.8 THEN 'DNB' ELSE 'DBSCL' END $$;
"""

#: Once for each level.
UNITS_OF_LEVEL = """
INSERT INTO layers_unit (code, kind, title, name, parent_id, path, region, rural, valid_from, point, geom, boundary,
                         source, updated_at)
SELECT m.code, m.kind, m.title, m.name, p.id, '', coalesce(p.region, pg_temp.region(ST_Centroid(m.geom))), m.rural,
       '2015-01-01', coalesce(m.point, ST_PointOnSurface(m.geom)), m.geom, m.boundary, %(source)s, now()
FROM made m LEFT JOIN layers_unit p ON p.code = m.parent_code
WHERE m.level = %(level)s ORDER BY m.n
"""

#: Each hamlet's four ways out: from its centre (c) through a node (p) to the middle of a side (m).
WAYS = """
CREATE TEMP TABLE way ON COMMIT DROP AS
SELECT h.n * 4 + s AS n, h.n AS hamlet, u.id AS unit_id, u.name, h.k, s, c.wealth, h.centre AS c, m,
       pg_temp.near(pg_temp.halfway(h.centre, m), 0.12, h.n * 4 + s, 30) AS p
FROM hamlet h
JOIN commune c ON c.n = h.commune
JOIN layers_unit u ON u.code = h.commune_code || '-' || h.k + 1,
LATERAL (VALUES (0, pg_temp.side(i, j, i, j + 1)), (1, pg_temp.side(i + 1, j, i + 1, j + 1)),
                (2, pg_temp.side(i, j, i + 1, j)), (3, pg_temp.side(i, j + 1, i + 1, j + 1))) AS sides (s, m);
ANALYZE way;
"""

#: Five roads a way: two along it, three that branch off its node. Wealth of the commune moves the shares.
ROADS = """
INSERT INTO layers_road (uid, key, unit_id, name, source, as_of, updated_at, road_class, surface, hardened_year,
                         width_m, base_width_m, condition, wet_access, muddy, vpromms_id, geom)
WITH laid AS (
    SELECT w.n * 5 + b AS n, w.unit_id, w.name, w.wealth, c.road_class, c.label, c.width, c.base,
           pg_temp.bent(CASE b WHEN 0 THEN w.c ELSE w.p END,
                        CASE b WHEN 0 THEN w.p WHEN 1 THEN w.m
                               ELSE ST_Translate(w.p, reach * cos(bearing), reach * sin(bearing)) END,
                        w.n * 5 + b) AS geom
    FROM way w, generate_series(0, 4) AS b,
    LATERAL (SELECT %(fine)s * (0.05 + 0.13 * pg_temp.chance(w.n * 5 + b, 46)) AS reach,
                    2 * pi() * (b / 3.0 + pg_temp.chance(w.n, 47)) AS bearing,
                    CASE WHEN b < 2 AND w.k IN (3, 4, 5) AND w.s < 2 THEN 0
                         WHEN b < 2 THEN 1 WHEN b < 4 THEN 2 ELSE 3 END AS class_at) AS drawn
    JOIN (VALUES (0, 'commune', 'Đường xã ', 3.5, 0.85), (1, 'village', 'Đường trục thôn ', 3.0, 0.6),
                 (2, 'lane', 'Ngõ thôn ', 2.0, 0.55), (3, 'field', 'Đường nội đồng ', 2.5, 0.35))
        AS c (class_at, road_class, label, width, base) USING (class_at)
), judged AS (
    SELECT *, pg_temp.chance(n, 40) AS luck, pg_temp.chance(n, 41) AS gap, pg_temp.chance(n, 43) AS rain,
           pg_temp.chance(n, 44) AS mud, pg_temp.chance(n, 45) < base + 0.5 * (wealth - 0.5) AS hard
    FROM laid
)
SELECT pg_temp.uid(n, 1), '', unit_id, label || name, %(source)s, make_date(%(year)s, 12, 31), now(), road_class,
       CASE WHEN hard AND road_class = 'commune' AND luck < 0.5 THEN 'asphalt' WHEN hard THEN 'concrete'
            WHEN gap < 0.04 THEN '' WHEN gap < 0.10 THEN 'gravel' ELSE 'earth' END,
       CASE WHEN hard THEN 2005 + floor(14 * pg_temp.chance(n, 42))::int END,
       width, width + 1.2, CASE WHEN hard THEN 2 ELSE 4 END,
       CASE WHEN hard OR rain < 0.3 THEN 'car' WHEN rain < 0.9 THEN 'motorbike' ELSE 'none' END,
       CASE WHEN hard THEN false WHEN mud < 0.03 THEN NULL ELSE mud < 0.2 END, '', geom
FROM judged
"""

FACILITIES = """
INSERT INTO layers_facility (uid, key, unit_id, name, source, as_of, updated_at, kind, level, standard, opened_year,
                             geom)
SELECT pg_temp.uid(at, 2), '', w.unit_id, f.label || w.name, %(source)s, make_date(%(year)s, 12, 31), now(), f.kind,
       f.level, CASE WHEN luck >= 0.03 THEN luck < 0.35 + 0.6 * w.wealth END,
       1980 + floor(30 * pg_temp.chance(at, 51))::int, pg_temp.near(w.c, 0.1, at, 52)
FROM way w
JOIN (VALUES (0, 4, 'school', 'kindergarten', 'Trường Mầm non '), (1, 4, 'school', 'primary', 'Trường Tiểu học '),
             (2, 4, 'school', 'lower_secondary', 'Trường Trung học cơ sở '),
             (3, 4, 'health_station', '', 'Trạm Y tế '), (4, 4, 'committee', '', 'Ủy ban nhân dân '),
             (5, NULL, 'culture_house', '', 'Nhà văn hóa thôn ')) AS f (item, k, kind, level, label)
  ON f.k = w.k OR f.k IS NULL AND pg_temp.chance(w.hamlet, 54) < 0.75,
LATERAL (SELECT w.hamlet * 10 + f.item AS at, pg_temp.chance(w.hamlet * 10 + f.item, 50) AS luck) AS drawn
WHERE w.s = 0
"""

WASTE_SITES = """
INSERT INTO layers_wastesite (uid, key, unit_id, name, source, as_of, updated_at, kind, households_served, opened_year,
                              geom)
SELECT pg_temp.uid(n, 3), '', unit_id, 'Lò đốt rác nhóm hộ ' || name, %(source)s, make_date(%(year)s, 12, 31), now(),
       'group_kiln', 5 + floor(3 * pg_temp.chance(n, 60))::int, 2012 + floor(5 * pg_temp.chance(n, 61))::int,
       pg_temp.near(p, 0.08, n, 63)
FROM way WHERE pg_temp.chance(n, 62) < 0.12
"""

#: Houses stand beside the ways from the centre to the nodes; every hamlet has as many, give or take one.
HOUSEHOLDS = """
INSERT INTO layers_household (uid, key, unit_id, name, source, as_of, updated_at, members, address, accuracy_m, geom)
WITH home AS (
    SELECT w.unit_id, w.name, w.c, w.p, (w.hamlet * 1000 + g)::bigint AS n
    FROM (SELECT hamlet, row_number() OVER (ORDER BY hamlet) AS place FROM way WHERE s = 0) h
    JOIN generate_series(0, %(households)s / %(hamlets)s) AS g
      ON g < %(households)s / %(hamlets)s + (h.place <= %(households)s %% %(hamlets)s)::int
    JOIN way w ON w.hamlet = h.hamlet AND w.s = g %% 4
)
SELECT pg_temp.uid(n, 4), '', unit_id,
       concat_ws(' ', pg_temp.pick(%(families)s, n, 70), pg_temp.pick(%(middles)s, n, 71),
                 pg_temp.pick(%(givens)s, n, 72)),
       %(source)s, make_date(%(year)s, 12, 31), now(), 1 + floor(7 * pg_temp.chance(n, 73))::int, 'thôn ' || name,
       CASE WHEN found THEN round((3 + 20 * pg_temp.chance(n, 75))::numeric, 1) END,
       CASE WHEN found THEN pg_temp.near(spot, 0.05, n, 77) END
FROM home,
LATERAL (SELECT pg_temp.chance(n, 74) >= 0.03 AS found,
                ST_LineInterpolatePoint(ST_MakeLine(c, p), pg_temp.chance(n, 76)) AS spot) AS drawn
"""

REVIEWS = """
INSERT INTO layers_review (household_id, unit_id, year, category, movement, hygienic_water, clean_water, sanitary,
                           livestock, hygienic_pen, waste_collected, source, as_of)
SELECT h.id, h.unit_id, %(year)s,
       CASE WHEN luck < 0.16 - 0.14 * wealth THEN 'poor' WHEN luck < 0.28 - 0.2 * wealth THEN 'near_poor'
            WHEN luck < 0.8 THEN 'average' ELSE 'better' END, '',
       CASE WHEN said THEN pg_temp.chance(draw, 81) < 0.80 + 0.2 * wealth END,
       CASE WHEN said THEN pg_temp.chance(draw, 82) < 0.35 + 0.4 * wealth END,
       CASE WHEN said THEN pg_temp.chance(draw, 83) < 0.55 + 0.4 * wealth END, keeps,
       CASE WHEN keeps AND said THEN pg_temp.chance(draw, 85) < 0.4 + 0.45 * wealth END,
       CASE WHEN said THEN pg_temp.chance(draw, 86) < 0.5 + 0.5 * wealth END, %(source)s, make_date(%(year)s, 11, 30)
FROM layers_household h
JOIN way w ON w.unit_id = h.unit_id AND w.s = 0,
LATERAL (SELECT hashtextextended(h.uid::text, 0) AS draw) AS numbered,
LATERAL (SELECT pg_temp.chance(draw, 80) AS luck, pg_temp.chance(draw, 84) < 0.6 AS keeps,
                pg_temp.chance(draw, 87) >= 0.01 AS said) AS drawn
"""

STATISTICS = """
INSERT INTO layers_statistic (unit_id, year, code, numerator, denominator, source, as_of)
SELECT u.id, %(year)s, s.code, whole - (pg_temp.chance(c.n, s.about) > 0.3 + 0.7 * c.wealth)::int, whole, %(source)s,
       make_date(%(year)s, 12, 15)
FROM commune c
JOIN layers_unit u ON u.code = c.code,
LATERAL (VALUES ('business_environment', 90, 5 + floor(40 * pg_temp.chance(c.n, 91))),
                ('food_safety', 92, 50 + floor(300 * pg_temp.chance(c.n, 93)))) AS s (code, about, whole)
WHERE pg_temp.chance(c.n, 94) < 0.95
"""
