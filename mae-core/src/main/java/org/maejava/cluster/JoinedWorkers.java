package org.maejava.cluster;

import com.google.common.net.HostAndPort;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.maejava.words.Counted;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Server;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ClusterDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.JobDef;
import org.tensorflow.proto.ServerDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * This process as one of several: TensorFlow's gRPC server, whose sessions exchange values by
 * TensorFlow's collective operations.
 */
public final class JoinedWorkers implements Workers {

  private static final String JOB = "worker";
  private static final Pattern LATE = Pattern.compile("(?i)deadline|timed out");
  private static final long BETWEEN_TRIES_MILLIS = 200;

  private final Cluster cluster;
  private final Duration patience;
  private final Collectives collectives;

  private JoinedWorkers(Cluster cluster, Duration patience) {
    this.cluster = cluster;
    this.patience = patience;
    collectives = new Collectives(cluster.size());
  }

  /**
   * Starts this process's server and waits for the others'.
   *
   * @param config threads of this process
   * @param patience how long one waits for another, here and in every call
   * @throws WorkerLostException naming those that do not answer
   */
  public static JoinedWorkers join(Cluster cluster, ConfigProto config, Duration patience) {
    var jobs = JobDef.newBuilder().setName(JOB);
    for (int i = 0; i < cluster.size(); i++) {
      jobs.putTasks(i, cluster.workers().get(i));
    }
    var definition =
        ServerDef.newBuilder()
            .setCluster(ClusterDef.newBuilder().addJob(jobs))
            .setJobName(JOB)
            .setTaskIndex(cluster.index())
            .setProtocol("grpc")
            .setDefaultSessionConfig(leading(config.toBuilder()))
            .build();
    try {
      // It cannot be stopped, says TensorFlow, so it lives as long as the process.
      new Server(definition).start();
    } catch (TensorFlowException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "%s cannot listen at its port, which may be taken: %s"
              .formatted(cluster.name(cluster.index()), e.getMessage()),
          e);
    }
    var workers = new JoinedWorkers(cluster, patience);
    workers.meet();
    return workers;
  }

  private static ConfigProto.Builder leading(ConfigProto.Builder config) {
    config.getExperimentalBuilder().setCollectiveGroupLeader(device(0));
    // All sessions of a server share the threads that it was started with.
    return config.clearUsePerSessionThreads();
  }

  private static String device(int worker) {
    return "/job:%s/replica:0/task:%d".formatted(JOB, worker);
  }

  private void meet() {
    long end = System.nanoTime() + patience.toNanos();
    var missing = unreachable();
    while (!missing.isEmpty() && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WorkerLostException("interrupted while waiting for the other workers", e);
      }
      missing = unreachable();
    }
    if (!missing.isEmpty()) {
      throw new WorkerLostException(
          "nobody listens as %s, after %s of waiting"
              .formatted(
                  String.join(" and ", missing), Counted.of(patience.toSeconds(), "second")));
    }
  }

  private List<String> unreachable() {
    return IntStream.range(0, cluster.size())
        .filter(
            worker -> !Greeting.isAnswered(HostAndPort.fromString(cluster.workers().get(worker))))
        .mapToObj(cluster::name)
        .toList();
  }

  @Override
  public int count() {
    return cluster.size();
  }

  @Override
  public int index() {
    return cluster.index();
  }

  @Override
  public Session session(Graph graph, ConfigProto config) {
    var mine =
        leading(config.toBuilder())
            // Operations without a place, such as those of gradients, stay here.
            .addDeviceFilters(device(index()))
            .setOperationTimeoutInMs(patience.toMillis());
    if (mine.getGraphOptions().getPlacePrunedGraph()) {
      // What switches the optimiser off in a session of this process alone.
      mine.getGraphOptionsBuilder()
          .clearPlacePrunedGraph()
          .getRewriteOptionsBuilder()
          .setDisableMetaOptimizer(true);
    }
    return RemoteSession.of(graph, target(), mine.build());
  }

  private String target() {
    return "grpc://localhost:" + HostAndPort.fromString(cluster.workers().get(index())).getPort();
  }

  @Override
  public List<Operand<TFloat32>> mean(
      Ops tf, List<Operand<TFloat32>> values, Class<? extends TFloating> wire) {
    return collectives.mean(tf, values, wire);
  }

  @Override
  public long[][] gather(long[] mine) {
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      var row = Placeholder.shape(Shape.of(1, mine.length));
      var numbers = tf.placeholder(TInt64.class, row);
      var all = collectives.gather(tf, numbers);
      try (var session = session(graph, ConfigProto.getDefaultInstance());
          var fed = TInt64.tensorOf(Shape.of(1, mine.length), DataBuffers.of(mine));
          var result = session.runner().feed(numbers, fed).fetch(all).run()) {
        var said = new long[count()][mine.length];
        var values = (TInt64) result.get(0);
        for (int i = 0; i < said.length; i++) {
          for (int k = 0; k < mine.length; k++) {
            said[i][k] = values.getLong(i, k);
          }
        }
        return said;
      }
    } catch (TensorFlowException e) {
      throw explain(e);
    }
  }

  @Override
  public RuntimeException explain(TensorFlowException failure) {
    var gone = unreachable();
    if (!gone.isEmpty()) {
      return new WorkerLostException(
          "%s no longer answers".formatted(String.join(" and ", gone)), failure);
    }
    if (LATE.matcher(String.valueOf(failure.getMessage())).find()) {
      return new WorkerLostException(
          "another worker took no part for %s, though all of them answer"
              .formatted(Counted.of(patience.toSeconds(), "second")),
          failure);
    }
    return failure;
  }
}
