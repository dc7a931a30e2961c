package org.maejava.eval.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Properties;
import org.maejava.eval.machine.Machine;
import org.maejava.proto.Provenance;
import org.maejava.proto.RunRecord;
import org.tensorflow.TensorFlow;

/**
 * Where a run comes from.
 *
 * @param command that asked for it, as records name it
 * @param recipe its name or file, as given
 * @param clock of its times
 * @param started when it first began
 * @param commandLine as typed; empty if a program asked
 */
public record Origin(
    String command, String recipe, InstantSource clock, Instant started, String commandLine) {

  /** Of a run that begins now. */
  public static Origin now(String command, String recipe, InstantSource clock) {
    return new Origin(command, recipe, clock, clock.instant(), "");
  }

  /** Of a run that goes on: it began when its record says, and as that says. */
  public Origin goingOn(RunRecord before) {
    var began = before.getProvenance().getStarted();
    var typed = before.getProvenance().getCommandLine();
    return new Origin(
        command,
        before.getRecipe().isEmpty() ? recipe : before.getRecipe(),
        clock,
        began.isEmpty() ? started : Instant.parse(began),
        typed.isEmpty() ? commandLine : typed);
  }

  /** Asked for by a command line. */
  public Origin typed(String line) {
    return new Origin(command, recipe, clock, started, line);
  }

  /** Code, machine and times up to now. */
  public Provenance provenance(Machine machine) {
    var version = Origin.class.getPackage().getImplementationVersion();
    return Provenance.newBuilder()
        .setCodeVersion(version == null ? "development" : version)
        .setCodeCommit(commit())
        .setCommandLine(commandLine)
        .setTensorflowVersion(TensorFlow.version())
        .setJavaVersion(System.getProperty("java.runtime.version"))
        .setOperatingSystem(
            "%s %s %s"
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch")))
        .setProcessor(processor())
        .setDevice(machine.device())
        .setThreads(machine.threads())
        .setStarted(inSeconds(started))
        .setFinished(inSeconds(clock.instant()))
        .build();
  }

  /** As the build wrote it down; empty if it was no build from the code's repository. */
  private static String commit() {
    var properties = new Properties();
    try (var in = Origin.class.getResourceAsStream("code.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("commit", "");
  }

  private static String inSeconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The processor's name where Linux tells it, else the architecture. */
  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
