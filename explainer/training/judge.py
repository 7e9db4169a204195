"""Whether a record, weights and sample belong to an example and to each other. Needs no data set."""

from __future__ import annotations

from pathlib import Path

from explainer.core.errors import Attempts, InputError, Problem
from explainer.datasets import sample as samples
from explainer.datasets.places import SETS, recording
from explainer.examples.model import SetExample
from explainer.training import record as records
from explainer.training import weights as kept
from explainer.training.engine import Batches, Passes, answers


def judge(example: SetExample, records_folder: Path, data_folder: Path, shown: str = "docs/records") -> None:
    """Hold what is kept of an example's run against the example.

    Raises:
        InputError: all that is wrong: other settings, weights of another shape, mistakes that are not in the sample, or that the
            weights do not make.
    """
    attempts, usage = Attempts(), recording(example.name)
    record_file, weights_file = (f"{shown}/{example.name}.{ending}" for ending in ("json", "safetensors"))
    record, weights, sample = None, None, None
    with attempts.one():
        record = records.read(records_folder / f"{example.name}.json", record_file)
        if problems := records.settings_problems(example, record, record_file):
            raise InputError(problems)
    with attempts.one():
        weights = kept.of(example, records_folder / f"{example.name}.safetensors", weights_file)
    with attempts.one():
        sample = samples.load(SETS[example.data.set], data_folder / example.data.set)
    if record and sample:
        place_of = {int(place): row for row, place in enumerate(sample.test_indices)}
        problems = []
        outputs = None
        if weights is not None:
            passes = Passes(example.network)
            passes.parameters.take(weights)
            outputs, _ = answers(passes, Batches(example), sample.test_images, sample.test_labels)
        for number, mistake in enumerate(record.mistakes, 1):
            place = f"mistakes[{number}]"
            if (row := place_of.get(mistake.index)) is None:
                problems.append(
                    Problem(record_file, place, f"image {mistake.index}, which the sample lacks", "one of the sample", usage)
                )
            elif outputs is not None and int(outputs[row].argmax()) != mistake.answer:
                found_answer = f"the answer {mistake.answer} to image {mistake.index}"
                expected = f"{int(outputs[row].argmax())}, which the weights answer"
                problems.append(Problem(record_file, place, found_answer, expected, usage))
        attempts.note(InputError, problems)
    attempts.settle()
