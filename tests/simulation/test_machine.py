"""The same world, driven by Hypothesis, so that a failure shrinks to the few steps that matter."""

from __future__ import annotations

from contextlib import ExitStack

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.simulation.chance import seeded
from tests.simulation.loop import VirtualLoop
from tests.simulation.world import ACTIONS, World


class Studio(RuleBasedStateMachine):
    """Any sequence of anybody's actions and any faults."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = ExitStack()
        self.ids.enter_context(seeded(0))
        self.loop = VirtualLoop()
        self.world: World = self.loop.run_until_complete(self._open())

    async def _open(self) -> World:
        return World(0, self.loop, clients=3)

    @rule(
        action=st.sampled_from(sorted(ACTIONS)),
        who=st.integers(0, 2),
        where=st.integers(0, 1),
        times=st.integers(1, 6),
    )
    def act(self, action: str, who: int, where: int, times: int) -> None:
        for _ in range(times):
            self.loop.run_until_complete(self.world.act(action, self.world.clients[who], self.world.nodes[where]))

    def teardown(self) -> None:
        try:
            self.loop.run_until_complete(self._end())
        finally:
            self.loop.close()
            self.ids.close()

    async def _end(self) -> None:
        try:
            await self.world.heal()
            await self.world.check()
        finally:
            await self.world.close()


Studio.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
    database=None,
    # Without the explain phase, whose tracing of every line costs more than the worlds.
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
TestStudio = Studio.TestCase
