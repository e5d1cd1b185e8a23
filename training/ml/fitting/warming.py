"""The maps of a round, trained on the child's vectors once its layers are: seconds, and most of the gain."""

from collections.abc import Callable
from dataclasses import replace

import torch

from training.ml.fitting.material import Material, Tuples
from training.ml.fitting.objective import Objective
from training.ml.fitting.schedule import Schedule
from training.ml.records import Recipe

Progress = Callable[[str, int, int], None]


def warm_up(objective: Objective, material: Material, weak: Tuples, recipe: Recipe, progress: Progress) -> None:
    """Passes over all pairs with the encoder's vectors as they are; `objective.head` is trained in place."""
    own = replace(recipe, epochs=recipe.maps_epochs, batch_pairs=recipe.maps_batch_pairs, accumulate=1)
    schedule = Schedule(material, weak, own)
    parameters = list(objective.head.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=recipe.maps_learning_rate, weight_decay=recipe.maps_decay)
    for step in range(schedule.steps):
        (batch,) = schedule.step(step)
        objective.total(objective.of_head(batch)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, recipe.clip_norm)
        optimizer.step()
        optimizer.zero_grad()
        progress("maps", step + 1, schedule.steps)
