package org.maejava.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.maejava.eval.proto.CellRecord;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;

/** What a comparison left in its folder. */
record ComparisonFolder(Path path) {

  /** A network and a training of seconds. */
  static final String SMALL =
      "model { encoder { width: 16 depth: 2 heads: 2 } decoder { width: 16 depth: 1 heads: 2 } }"
          + " training { epochs: 1 warmup_epochs: 0.2 }";

  /** Of ten cells; to be formatted with a change of pre-training and more of the search. */
  static final String PLAN =
      """
      data: "fashion-mnist"
      family: "demo"
      weights { pretraining { change { %s } } }
      change { training { epochs: 2 warmup_epochs: 0.5 } }
      protocols { finetune {} }
      protocols { partial { sweep {} } }
      protocols { scratch {} }
      labels { per_class: 10 }
      seeds: 0
      seeds: 1
      search { rates: 0.5 rates: 1 held_out_share: 0.2 %s }
      charts { title: "Tuned blocks" figure: "Figure 9" blocks {} }
      """;

  /** Every finished cell. */
  Map<Path, CellRecord> cells() throws IOException {
    var cells = new TreeMap<Path, CellRecord>();
    try (var files = Files.walk(path.resolve("cells"))) {
      for (var json : files.filter(file -> file.endsWith("cell.json")).toList()) {
        var cell = CellRecord.newBuilder();
        JsonFormat.parser().merge(Files.readString(json, UTF_8), cell);
        cells.put(json.getParent(), cell.build());
      }
    }
    return cells;
  }

  /** What every cell got right, and what was chosen. */
  Map<String, List<Object>> answers() throws IOException {
    return cells().entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> path.relativize(entry.getKey()).toString(),
                entry ->
                    List.of(
                        entry.getValue().getRight(),
                        entry.getValue().getVariant(),
                        entry.getValue().getFingerprint())));
  }

  /** Bytes of every finished cell's files. */
  Map<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    for (var cell : finishedCells()) {
      for (var file : list(cell)) {
        contents.put(file.toString(), Files.readString(file, UTF_8));
      }
    }
    return contents;
  }

  /** Those that are there whole; what is being written beside them may vanish at any moment. */
  List<Path> finishedCells() throws IOException {
    var finished = new ArrayList<Path>();
    for (var row : list(path.resolve("cells"))) {
      for (var column : list(row)) {
        list(column).stream()
            .filter(cell -> cell.getFileName().toString().matches("seed-\\d+"))
            .forEach(finished::add);
      }
    }
    return finished;
  }

  static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  static RunRecord record(Path cell) {
    try {
      return RecordFile.read(cell).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its report for programs. */
  ReportRecord report() throws IOException {
    var report = ReportRecord.newBuilder();
    JsonFormat.parser().merge(Files.readString(path.resolve("report.json"), UTF_8), report);
    return report.build();
  }
}
