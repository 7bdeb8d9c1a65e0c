"""Who may see what: the one rule from which every output starts.

A viewer has a role and areas. An area is the path of a unit (see `models.units.Unit.path`): whoever is
bound to a unit is bound to all below it. Three audiences follow:

* PUBLIC rows (outlines of units, results of criteria, totals) are everybody's;
* AREA rows (roads, facilities, waste sites) are seen by staff of that area;
* PERSONAL rows (households) are seen by field staff, planners and administrators of that area. A leader
  gets exact totals of the area; everybody else gets totals with small counts hidden.

Whatever is not granted here is refused.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from django.db.models import Q


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    LEADER = "leader"
    PLANNER = "planner"
    FIELD = "field"
    GUEST = "guest"


class Audience(StrEnum):
    PUBLIC = "public"
    AREA = "area"
    PERSONAL = "personal"


SEES: dict[Audience, frozenset[Role]] = {
    Audience.PUBLIC: frozenset(Role),
    Audience.AREA: frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.PLANNER, Role.FIELD}),
    Audience.PERSONAL: frozenset({Role.ADMINISTRATOR, Role.PLANNER, Role.FIELD}),
}
EDITS = frozenset({Role.ADMINISTRATOR, Role.PLANNER})
SEES_EXACT_TOTALS = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.PLANNER, Role.FIELD})


@dataclass(frozen=True)
class Viewer:
    """Somebody who asks. `areas` are unit paths; the path "" is the whole country, no path is nowhere."""

    role: Role = Role.GUEST
    areas: tuple[str, ...] = ()
    user_id: int | None = None

    @property
    def scope(self) -> str:
        """A short name of what this viewer may see: equal for two viewers with the same role and areas."""
        text = "|".join((self.role, *sorted(self.areas)))
        return blake2b(text.encode(), digest_size=9).hexdigest()

    def may_see(self, audience: Audience) -> bool:
        return self.role in SEES[audience] and (audience is Audience.PUBLIC or bool(self.areas))

    @property
    def may_edit(self) -> bool:
        return self.role in EDITS and bool(self.areas)

    def covers(self, path: str) -> bool:
        """Tell whether a unit's path lies in the viewer's areas."""
        return any(path.startswith(area) for area in self.areas)

    def within(self, path_lookup: str) -> Q:
        """Return the condition that a row's unit path lies in the viewer's areas; nothing, if there are none.

        `path_lookup` is the ORM name of the path column, such as "unit__path".
        """
        condition = Q(pk__in=())
        for area in self.areas:
            condition |= Q(**{f"{path_lookup}__startswith": area})
        return condition


ANONYMOUS = Viewer()
