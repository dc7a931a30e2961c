package org.maejava.eval.bench;

import com.google.common.collect.Range;
import com.google.common.collect.RangeSet;
import com.google.common.collect.TreeRangeSet;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.storage.WholeFile;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.NodeOutput;
import org.tensorflow.proto.StepStats;
import org.tensorflow.proto.TensorShapeProto.Dim;

/**
 * What the operations of one training step cost, as TensorFlow timed them: a Chrome trace (open it
 * in {@code chrome://tracing} or Perfetto) and a table of the costliest kinds.
 */
public final class StepTrace {

  private final List<Event> events = new ArrayList<>();

  /**
   * One operation.
   *
   * @param kind its type, such as {@code MatMul}
   * @param name in the graph
   * @param shape of its first result
   * @param startNanos since the epoch
   */
  private record Event(
      String device, String kind, String name, String shape, long startNanos, long nanos) {

    long endNanos() {
      return startNanos + nanos;
    }
  }

  /**
   * All operations of one kind.
   *
   * @param count of them
   * @param milliseconds that they took together; several may run at a time
   */
  public record Cost(String kind, int count, double milliseconds) {}

  /** Takes one call into TensorFlow; a step may be several. */
  public void add(StepStats call) {
    for (var device : call.getDevStatsList()) {
      for (var node : device.getNodeStatsList()) {
        events.add(
            new Event(
                device.getDevice(),
                kind(node),
                node.getNodeName(),
                shape(node),
                node.getAllStartNanos() + node.getOpStartRelNanos(),
                node.getOpEndRelNanos() - node.getOpStartRelNanos()));
      }
    }
  }

  /** TensorFlow labels an operation {@code name = Kind(inputs)}. */
  private static String kind(NodeExecStats node) {
    var label = node.getTimelineLabel();
    int from = label.indexOf(" = ");
    int to = label.indexOf('(', Math.max(0, from));
    return from >= 0 && to > from ? label.substring(from + 3, to) : node.getNodeName();
  }

  private static String shape(NodeExecStats node) {
    return node.getOutputList().stream()
        .map(NodeOutput::getTensorDescription)
        .map(
            tensor ->
                tensor.getDtype().name().replace("DT_", "").toLowerCase(Locale.ROOT)
                    + tensor.getShape().getDimList().stream().map(Dim::getSize).toList())
        .findFirst()
        .orElse("");
  }

  /** The kinds of operations, the costliest first. */
  public List<Cost> costs() {
    var byKind = new HashMap<String, Cost>();
    for (var event : events) {
      byKind.merge(
          event.kind(),
          new Cost(event.kind(), 1, event.nanos() / 1e6),
          (a, b) -> new Cost(a.kind(), a.count() + b.count(), a.milliseconds() + b.milliseconds()));
    }
    return byKind.values().stream()
        .sorted(Comparator.comparingDouble(Cost::milliseconds).reversed())
        .toList();
  }

  /**
   * How long workers waited for each other and for the network.
   *
   * @param shareWaiting of the step, in which this process did nothing but that
   * @param shareOverlapped of the time in which values were exchanged, in which it computed too
   */
  public record Exchange(double shareWaiting, double shareOverlapped) {}

  /** Of the collective operations; empty if there are none. */
  public Optional<Exchange> exchange() {
    var exchanging = TreeRangeSet.<Long>create();
    var computing = TreeRangeSet.<Long>create();
    var all = TreeRangeSet.<Long>create();
    for (var event : events) {
      var when = Range.closedOpen(event.startNanos(), event.endNanos());
      all.add(when);
      if (event.kind().startsWith("Collective")) {
        exchanging.add(when);
      } else if (!event.kind().matches("_?(Recv|Send)(V2)?|_?(Host)(Recv|Send)|RecvTensor")) {
        computing.add(when);
      }
    }
    if (exchanging.isEmpty()) {
      return Optional.empty();
    }
    var waiting = TreeRangeSet.create(exchanging);
    waiting.removeAll(computing);
    var span = all.span();
    double alone = nanos(waiting);
    return Optional.of(
        new Exchange(
            alone / (span.upperEndpoint() - span.lowerEndpoint()), 1 - alone / nanos(exchanging)));
  }

  private static double nanos(RangeSet<Long> times) {
    return times.asRanges().stream()
        .mapToDouble(time -> time.upperEndpoint() - time.lowerEndpoint())
        .sum();
  }

  /**
   * The costliest kinds for a person.
   *
   * @param rows of the table
   */
  public String table(int rows) {
    var costs = costs();
    double all = costs.stream().mapToDouble(Cost::milliseconds).sum();
    var text = new StringBuilder();
    text.append(line("%-28s %7s %10s %7s", "operations", "count", "ms", "share"));
    for (var cost : costs.subList(0, Math.min(rows, costs.size()))) {
      text.append(
          line(
              "%-28s %,7d %10.1f %5.1f %%",
              cost.kind(), cost.count(), cost.milliseconds(), 100 * cost.milliseconds() / all));
    }
    text.append(
        line("%-28s %,7d %10.1f %5.1f %%", "all " + costs.size(), events.size(), all, 100.0));
    return text.toString();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + System.lineSeparator();
  }

  /**
   * Writes the Chrome trace: one row for each operation that ran at a time.
   *
   * @throws IOException naming the file, which is then as it was before
   */
  public void write(Path file) throws IOException {
    var text = new StringWriter();
    try (var json = new JsonWriter(text)) {
      json.beginObject().name("displayTimeUnit").value("ms").name("traceEvents").beginArray();
      long first = events.stream().mapToLong(Event::startNanos).min().orElse(0);
      var busyUntil = new HashMap<String, List<Long>>();
      for (var event :
          events.stream().sorted(Comparator.comparingLong(Event::startNanos)).toList()) {
        var rows = busyUntil.computeIfAbsent(event.device(), device -> new ArrayList<>());
        json.beginObject();
        json.name("ph").value("X").name("name").value(event.kind());
        json.name("pid").value(event.device()).name("tid").value(row(rows, event));
        json.name("ts").value((event.startNanos() - first) / 1e3);
        json.name("dur").value(event.nanos() / 1e3);
        json.name("args").beginObject();
        json.name("name").value(event.name()).name("result").value(event.shape()).endObject();
        json.endObject();
      }
      json.endArray().endObject();
    }
    WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The first row that is free when an operation starts. */
  private static int row(List<Long> busyUntil, Event event) {
    for (int row = 0; row < busyUntil.size(); row++) {
      if (busyUntil.get(row) <= event.startNanos()) {
        busyUntil.set(row, event.endNanos());
        return row;
      }
    }
    busyUntil.add(event.endNanos());
    return busyUntil.size() - 1;
  }
}
