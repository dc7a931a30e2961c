package org.maejava.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.task.Protocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae partial}. */
@Command(
    name = "partial",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fine-tune only the encoder's last blocks and the head (paper, Figure 9).",
    footer = {"", "Example:  mae partial --weights runs/photos --data photos/ --blocks 0.5"})
final class PartialCommand extends ClassificationCommand {

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description =
          "How many of the last blocks; 0.5 is the MLP of the last one, 0 the head alone. Default: the"
              + " recipe's.")
  private @Nullable Double blocks;

  @Override
  Protocol protocol() {
    return Protocol.PARTIAL;
  }

  @Override
  List<String> ownChanges() {
    var changes = super.ownChanges();
    if (blocks != null) {
      changes.add("classification { last_blocks: " + blocks + " }");
    }
    return changes;
  }
}
