package org.maejava.eval;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.maejava.config.Experiments;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.Experiment;
import org.maejava.proto.Provenance;
import org.maejava.proto.RunRecord;
import org.tensorflow.TensorFlow;

/** What a record says of where and how a run took place. */
public final class RunRecords {

  /** The record's name in a run's folder. */
  public static final String FILE = "record.json";

  private final String command;
  private final Machine machine;
  private final InstantSource clock;
  private final String started;
  private String initialWeights; // null: random

  /** For a run that starts now. */
  public RunRecords(String command, Machine machine, InstantSource clock) {
    this.command = command;
    this.machine = machine;
    this.clock = clock;
    started = now();
  }

  /** Threads and device of the run. */
  public Machine machine() {
    return machine;
  }

  void startedFrom(String weights) {
    initialWeights = weights;
  }

  /** Recipe, data and provenance up to now. */
  RunRecord.Builder describe(Experiment experiment, ImageSet data) {
    var record =
        RunRecord.newBuilder()
            .setCommand(command)
            .setExperiment(experiment)
            .setFingerprint(Experiments.fingerprint(experiment))
            .setData(data.describe())
            .setProvenance(provenance());
    if (initialWeights != null) {
      record.setInitialWeights(initialWeights);
    }
    return record;
  }

  private Provenance provenance() {
    var version = RunRecords.class.getPackage().getImplementationVersion();
    return Provenance.newBuilder()
        .setCodeVersion(version == null ? "development" : version)
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
        .setStarted(started)
        .setFinished(now())
        .build();
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
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

  /** Writes a record into a run's folder, whole or not at all. */
  public static void write(RunRecord record, Path folder) throws IOException {
    AtomicFile.write(
        folder.resolve(FILE),
        JsonFormat.printer()
            .preservingProtoFieldNames()
            .print(record)
            .getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a run folder's record.
   *
   * @throws IOException if there is none, or naming what is wrong with it
   */
  public static RunRecord read(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new IOException(folder + " is no run's folder: it has no " + FILE);
    }
    var record = RunRecord.newBuilder();
    try {
      JsonFormat.parser().merge(Files.readString(file), record);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
    return record.build();
  }
}
