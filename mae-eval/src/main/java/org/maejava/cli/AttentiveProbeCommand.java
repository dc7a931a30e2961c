package org.maejava.cli;

import org.maejava.eval.task.Protocol;
import picocli.CommandLine.Command;

/** {@code mae attentive-probe}. */
@Command(
    name = "attentive-probe",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Train a cross-attention pooling block and a head on frozen tokens.",
    footer = {"", "Example:  mae attentive-probe --weights runs/photos --data photos/"})
final class AttentiveProbeCommand extends ClassificationCommand {

  @Override
  Protocol protocol() {
    return Protocol.ATTENTIVE_PROBE;
  }
}
