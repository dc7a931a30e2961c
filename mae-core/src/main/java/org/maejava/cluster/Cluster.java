package org.maejava.cluster;

import com.google.common.net.HostAndPort;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.maejava.words.Counted;

/**
 * The processes that train one model together, and which of them this one is.
 *
 * @param workers {@code host:port} of each; the first is the chief, which alone writes files
 * @param index this process's place among them, from 0
 */
public record Cluster(List<String> workers, int index) {

  /** The environment variable that TensorFlow's multi-worker training is described by. */
  public static final String VARIABLE = "TF_CONFIG";

  private static final Set<String> CHIEFS = Set.of("chief", "master");
  private static final String WORKER = "worker";

  /** Checks that the index is one of the workers'. */
  public Cluster {
    workers = List.copyOf(workers);
    if (index < 0 || index >= workers.size()) {
      throw new IllegalArgumentException(
          "worker %d of %d; it must be from 0 to %d"
              .formatted(index, workers.size(), workers.size() - 1));
    }
  }

  /**
   * What {@code TF_CONFIG} says: {@code {"cluster": {"worker": ["host:port", …]}, "task": {"type":
   * "worker", "index": 0}}}, with {@code "chief": ["host:port"]} before the workers if there is
   * one.
   *
   * @param environment of the process
   * @return empty if the variable is not set, is empty or names no cluster: then there is one
   *     process
   * @throws IllegalArgumentException with everything that is wrong
   */
  public static Optional<Cluster> of(Map<String, String> environment) {
    var text = environment.getOrDefault(VARIABLE, "").strip();
    return text.isEmpty() ? Optional.empty() : parse(text);
  }

  private static Optional<Cluster> parse(String text) {
    JsonElement json;
    try {
      json = JsonParser.parseString(text);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(
          "%s is no JSON (%s): %s".formatted(VARIABLE, e.getMessage(), shortened(text)), e);
    }
    var problems = new ArrayList<String>();
    var cluster = object(json, "", problems).map(all -> all.get("cluster"));
    if (problems.isEmpty() && cluster.isEmpty()) {
      return Optional.empty();
    }
    var workers = new ArrayList<String>();
    cluster
        .flatMap(jobs -> object(jobs, "cluster", problems))
        .ifPresent(jobs -> workers.addAll(workers(jobs, problems)));
    var task =
        object(json, "", new ArrayList<>())
            .map(all -> all.get("task"))
            .flatMap(of -> object(of, "task", problems));
    int index =
        task.map(of -> index(of, hasChief(cluster.orElseThrow()), workers.size(), problems))
            .orElse(0);
    if (task.isEmpty() && problems.isEmpty()) {
      problems.add("task is missing: {\"type\": \"worker\", \"index\": 0}");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s; it is %s".formatted(VARIABLE, String.join("; ", problems), shortened(text)));
    }
    return Optional.of(new Cluster(workers, index));
  }

  private static Optional<JsonObject> object(JsonElement json, String name, List<String> problems) {
    if (json.isJsonObject()) {
      return Optional.of(json.getAsJsonObject());
    }
    problems.add((name.isEmpty() ? "the whole" : name) + " must be an object in {}");
    return Optional.empty();
  }

  private static boolean hasChief(JsonElement cluster) {
    return cluster.isJsonObject()
        && cluster.getAsJsonObject().keySet().stream().anyMatch(CHIEFS::contains);
  }

  private static List<String> workers(JsonObject jobs, List<String> problems) {
    var chiefs = new ArrayList<String>();
    var workers = new ArrayList<String>();
    for (var job : jobs.entrySet()) {
      var name = job.getKey();
      if (CHIEFS.contains(name)) {
        chiefs.addAll(addresses(name, job.getValue(), problems));
      } else if (name.equals(WORKER)) {
        workers.addAll(addresses(name, job.getValue(), problems));
      } else if (name.equals("ps")) {
        problems.add("cluster.ps: parameter servers are not used; every process is a worker");
      } else if (!name.equals("evaluator")) {
        problems.add("cluster.%s is no job; there are chief and worker".formatted(name));
      }
    }
    if (chiefs.size() > 1) {
      problems.add("cluster has %d chiefs; there must be one at most".formatted(chiefs.size()));
    }
    chiefs.addAll(workers);
    if (chiefs.isEmpty() && problems.isEmpty()) {
      problems.add("cluster.worker must list the workers as host:port");
    }
    var seen = new ArrayList<String>();
    for (var address : chiefs) {
      if (seen.contains(address)) {
        problems.add("cluster lists %s twice".formatted(address));
      }
      seen.add(address);
    }
    return chiefs;
  }

  private static List<String> addresses(String job, JsonElement list, List<String> problems) {
    var addresses = new ArrayList<String>();
    if (!list.isJsonArray()) {
      problems.add("cluster.%s must be a list of host:port in []".formatted(job));
      return addresses;
    }
    for (var element : list.getAsJsonArray()) {
      var address = element.isJsonPrimitive() ? element.getAsString() : element.toString();
      if (!isAddress(address)) {
        problems.add("cluster.%s: %s is no host:port".formatted(job, address));
      }
      addresses.add(address);
    }
    return addresses;
  }

  private static boolean isAddress(String address) {
    try {
      var parsed = HostAndPort.fromString(address);
      return parsed.hasPort() && parsed.getPort() > 0 && !parsed.getHost().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int index(JsonObject task, boolean hasChief, int workers, List<String> problems) {
    var type = task.has("type") ? task.get("type").getAsString() : WORKER;
    if (CHIEFS.contains(type)) {
      if (!hasChief) {
        problems.add("task.type is %s, of which cluster has none".formatted(type));
      }
      return 0;
    }
    if (!type.equals(WORKER)) {
      problems.add("task.type %s does not train; there are chief and worker".formatted(type));
      return 0;
    }
    int first = hasChief ? 1 : 0;
    int ofWorkers = workers - first;
    try {
      int index = task.get("index").getAsInt();
      if (index < 0 || index >= ofWorkers) {
        problems.add(
            "task.index %d must be from 0 to %d, as cluster has %s"
                .formatted(index, ofWorkers - 1, Counted.of(ofWorkers, "worker")));
      }
      return first + index;
    } catch (RuntimeException e) {
      problems.add("task.index must be a number from 0 to %d".formatted(ofWorkers - 1));
      return 0;
    }
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + " …";
  }

  /** How many train. */
  public int size() {
    return workers.size();
  }

  /** Whether this process writes the files. */
  public boolean isChief() {
    return index == 0;
  }

  /** How a message calls one of them, such as {@code worker 1 (host:port)}. */
  public String name(int worker) {
    return "worker %d (%s)".formatted(worker, workers.get(worker));
  }
}
