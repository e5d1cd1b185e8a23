"""Several processes that train one encoder, as torchrun starts them: each runs its share of a batch's texts.

Every rank gathers all vectors, so that each pair is contrasted with the same negatives as on one device, and computes
the same loss. Gradients flow back through a rank's own texts alone, and their sum is the gradient of the whole batch.
Without torchrun there is one rank, and nothing here does anything.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
import torch.distributed as distributed
from torch import Tensor, nn

Run = Callable[[Tensor], Tensor]


@contextmanager
def joined() -> Iterator[None]:
    """Joins the group that torchrun started: gloo, and NCCL for tensors on CUDA where each rank has a device."""
    if not distributed.is_torchelastic_launched():
        yield
        return
    cuda = torch.cuda.device_count() >= int(os.environ["LOCAL_WORLD_SIZE"])
    distributed.init_process_group("cpu:gloo,cuda:nccl" if cuda else "gloo")
    if cuda:
        torch.cuda.set_device(distributed.get_node_local_rank())
    try:
        yield
    finally:
        distributed.destroy_process_group()


def count() -> int:
    return distributed.get_world_size() if distributed.is_initialized() else 1


def first() -> bool:
    """Whether this rank is the one that speaks and writes."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


def shared_out(places: Tensor, run: Run) -> Tensor:
    """run(places) for (b,) places, (b, d), of which this rank runs every n-th; those of the others have no gradient."""
    ranks = count()
    if ranks == 1:
        return run(places)
    own = distributed.get_rank()
    mine = run(places[own::ranks] if len(places) > own else places[:1])  # a rank without a text runs one for its shape
    held = mine if len(places) > own else mine[:0]
    padded = torch.zeros(-(-len(places) // ranks), mine.shape[1], device=mine.device)
    padded[: len(held)] = held.detach()
    vectors = [torch.empty_like(padded) for _ in range(ranks)]
    distributed.all_gather(vectors, padded)
    gathered = torch.stack(vectors, dim=1).flatten(0, 1)[: len(places)]
    return gathered.index_put((torch.arange(own, len(places), ranks, device=mine.device),), held)


def summed(parameters: Sequence[nn.Parameter]) -> None:
    """Gradients of all ranks added up, in place."""
    if count() == 1:
        return
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        distributed.all_reduce(parameter.grad)


def together() -> None:
    """Waits for every rank."""
    if count() > 1:
        distributed.barrier()
