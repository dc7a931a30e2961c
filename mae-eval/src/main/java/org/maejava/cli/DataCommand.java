package org.maejava.cli;

import picocli.CommandLine.Command;

/** {@code mae data}. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(verify | preview | bench | convert)",
    description = "Look at a data set, measure it, or write it as shards.",
    subcommands = {
      DataVerifyCommand.class,
      DataPreviewCommand.class,
      DataBenchCommand.class,
      DataConvertCommand.class
    })
final class DataCommand {}
