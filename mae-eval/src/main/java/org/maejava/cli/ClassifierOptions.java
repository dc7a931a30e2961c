package org.maejava.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A classifier that is judged, and on what. */
final class ClassifierOptions {

  @Parameters(
      paramLabel = "MODEL",
      description = "A run's folder, or that of an exported classifier.")
  Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SPEC",
      description = "Labelled images; `mae data --help` tells the syntax.")
  String data;
}
