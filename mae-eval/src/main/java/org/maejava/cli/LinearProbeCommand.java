package org.maejava.cli;

import org.maejava.eval.task.Protocol;
import picocli.CommandLine.Command;

/** {@code mae linear-probe}. */
@Command(
    name = "linear-probe",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Train a linear classifier on frozen features (paper, A.1 and Table 10).",
    footer = {"", "Example:  mae linear-probe --weights runs/photos --data photos/"})
final class LinearProbeCommand extends ClassificationCommand {

  @Override
  Protocol protocol() {
    return Protocol.LINEAR_PROBE;
  }
}
