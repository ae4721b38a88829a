"""Make the data of the world map: `uv run scripts/world_map.py FOLDER`, where FOLDER holds natural_earth/,
geonames/ and cldr_names/.

Land and countries: Natural Earth (public domain). Capitals and cities: GeoNames (CC BY 4.0). Codes and
regions: CLDR (Unicode-3.0). The result, src/summitry/engines/worldmap/world.json, is committed; run this
again only when a source changes.
"""

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from summitry.engines import worldmap

type Ring = list[tuple[float, float]]
OUT = Path(__file__).resolve().parent.parent / "src/summitry/engines/worldmap/world.json"
REGIONS = ("019", "002", "150", "142", "009")  # UN M.49 areas of the world


def rings(topology: dict, geometry: dict) -> Iterator[Ring]:
    """Outer rings and holes of a TopoJSON geometry, in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(number: int) -> Ring:
        x = y = 0
        points = []
        for dx, dy in topology["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        return points if number >= 0 else points[::-1]

    kind = geometry["type"]
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from rings(topology, part)
        return
    if kind not in {"Polygon", "MultiPolygon"}:
        return
    for polygon in [geometry["arcs"]] if kind == "Polygon" else geometry["arcs"]:
        for ring in polygon:
            yield unwrapped([point for number in ring for point in arc(number)])


def unwrapped(ring: Ring) -> Ring:
    """The ring without leaps over the 180th meridian; longitudes may go beyond ±180, their mean does not."""
    result, turn = [ring[0]], 0
    for (before, _), (lon, lat) in itertools.pairwise(ring):
        turn += -360 if lon - before > 180 else 360 if before - lon > 180 else 0
        result.append((lon + turn, lat))
    mean = sum(lon for lon, _ in result) / len(result)
    return [(lon - 360 * ((mean + 180) // 360), lat) for lon, lat in result]


def spans(land: list[Ring], lat: float) -> list[tuple[float, float]]:
    """Where a parallel runs over land: (from, to) in degrees of longitude, by the even-odd rule."""
    crossings = sorted(
        x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
        for ring in land
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (y1 > lat) != (y2 > lat)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def strokes(land: list[Ring], step: float, stroke: float) -> str:
    """The path: a line every `step` units, drawn with a round pen `stroke` wide."""
    path, at = "", (0, 0)
    y = worldmap.MARGIN
    edge = worldmap.CENTRE - 180
    while y < worldmap.HEIGHT:
        lat = worldmap.latitude(y)
        lines: list[list[float]] = []
        pieces = []
        for start, end in spans(land, lat):
            start, end = (start - edge) % 360 + edge, (end - edge) % 360 + edge
            pieces += [(start, end)] if start <= end else [(start, edge + 359.999), (edge, end)]
        for start, end in sorted(pieces):
            left, right = worldmap.project(start, lat)[0], worldmap.project(end, lat)[0]
            if lines and left - lines[-1][1] < stroke:
                lines[-1][1] = max(right, lines[-1][1])
            elif right - left >= stroke / 2:
                lines.append([left, right])
        for left, right in lines:
            from_x, to_x = round(left + stroke / 2), round(right - stroke / 2)
            to_x = max(to_x, from_x + 1)
            row = round(y)
            path += (
                f"m{from_x - at[0]} {row - at[1]}h{to_x - from_x}"
                if path
                else f"M{from_x} {row}h{to_x - from_x}"
            )
            at = (to_x, row)
        y += step
    return path


def middle(ring: Ring) -> tuple[float, float, float]:
    """(area, longitude, latitude) of a ring's centroid on the equal-area plane."""
    points = [worldmap.project(lon, max(-90, min(90, lat))) for lon, lat in ring]
    area = cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
        cross = x1 * y2 - x2 * y1
        area, cx, cy = area + cross / 2, cx + (x1 + x2) * cross / 6, cy + (y1 + y2) * cross / 6
    if not area:
        return 0.0, *ring[0]
    x, lat = cx / area, worldmap.latitude(cy / area)
    unit = worldmap.project(worldmap.CENTRE + 1, lat)[0] - worldmap.WIDTH / 2
    span = (worldmap.project(worldmap.CENTRE + 100, lat)[0] - worldmap.WIDTH / 2) / 100 or unit
    return abs(area), worldmap.CENTRE + (x - worldmap.WIDTH / 2) / span, lat


def countries(folder: Path) -> dict[str, list[float]]:
    """Alpha-2 code to [longitude, latitude]: Natural Earth's largest piece, else the capital by GeoNames."""
    codes = json.loads((folder / "cldr_names/supplemental/codeMappings.json").read_text())["supplemental"][
        "codeMappings"
    ]
    alpha2 = {
        entry["_numeric"]: code for code, entry in codes.items() if "_numeric" in entry and len(code) == 2
    }
    gazetteer = json.loads((folder / "geonames/countries.json").read_text())
    topology = json.loads((folder / "natural_earth/countries-50m.json").read_text())
    largest: dict[str, tuple[float, float, float]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        code = alpha2.get(shape.get("id", ""))
        if code in gazetteer:
            for ring in rings(topology, shape):
                largest[code] = max(largest.get(code, (0.0, 0.0, 0.0)), middle(ring))
    places = {code: [round(lon, 1), round(lat, 1)] for code, (area, lon, lat) in largest.items() if area}
    capitals = {(entry["iso"], entry["capital"]) for entry in gazetteer.values()}
    for city in json.loads((folder / "geonames/cities100k.json").read_text()):
        if (city["countrycode"], city["name"]) in capitals:
            places.setdefault(city["countrycode"], [round(city["longitude"], 1), round(city["latitude"], 1)])
    return dict(sorted(places.items()))


def regions(folder: Path) -> dict[str, list[float]]:
    """M.49 code of each region and sub-region to [longitude, latitude] of the city with the least sum of
    distances, on the drawing, to all people of the region who live in cities of 100,000 and more, or
    capitals.
    """
    containment = json.loads((folder / "cldr_names/supplemental/territoryContainment.json").read_text())
    contains = {
        code: entry["_contains"]
        for code, entry in containment["supplemental"]["territoryContainment"].items()
    }
    cities = json.loads((folder / "geonames/cities100k.json").read_text())

    def members(code: str) -> set[str]:
        return {code} if code not in contains else set().union(*(members(part) for part in contains[code]))

    result = {}
    wanted = [*REGIONS, "419", *(part for code in REGIONS for part in contains[code] if part.isdigit())]
    for code in dict.fromkeys(wanted):
        inside = members(code)
        here = sorted(
            (city for city in cities if city["countrycode"] in inside), key=lambda city: -city["population"]
        )[:500]
        points = [
            (*worldmap.project(city["longitude"], city["latitude"]), city["population"]) for city in here
        ]
        if not points:
            continue
        cost = [
            sum(people * ((x - a) ** 2 + (y - b) ** 2) ** 0.5 for a, b, people in points)
            for x, y, _ in points
        ]
        best = here[cost.index(min(cost))]
        result[code] = [round(best["longitude"], 1), round(best["latitude"], 1)]
    return result


def main(folder: Path) -> None:
    topology = json.loads((folder / "natural_earth/land-110m.json").read_text())
    land = list(rings(topology, topology["objects"]["land"]))
    data = {
        "about": "Natural Earth (public domain), GeoNames (CC BY 4.0), CLDR (Unicode-3.0)",
        "land": {"fine": strokes(land, 7, 3), "coarse": strokes(land, 12.5, 5)},
        "countries": countries(folder),
        "regions": regions(folder),
    }
    text = (
        json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        .replace('],"', '],\n"')
        .replace('","', '",\n"')
    )
    OUT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
