package org.maejava.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Ticker;
import com.google.common.primitives.Floats;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.cluster.Cluster;
import org.maejava.cluster.JoinedWorkers;
import org.maejava.cluster.WorkerLostException;
import org.maejava.cluster.Workers;
import org.maejava.golden.SyntheticImages;
import org.maejava.golden.TinyModel;
import org.maejava.model.Mae;
import org.maejava.nn.Init;
import org.maejava.nn.Kernels;
import org.maejava.nn.Params;
import org.maejava.optim.ParamPlan;
import org.maejava.proto.Bfloat16Gradients;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.Sgd;
import org.maejava.proto.TrainingConfig;
import org.maejava.random.Draws;
import org.maejava.weights.WeightSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/** Two servers of TensorFlow's in this process, each in a thread as if it were alone. */
@DisplayName("Several workers")
class SeveralWorkersTest {

  private static List<Workers> both = List.of();

  @BeforeAll
  static void join() throws Exception {
    both = joined(60);
  }

  private static List<Workers> joined(int patienceSeconds) throws Exception {
    var addresses = List.of("localhost:" + freePort(), "localhost:" + freePort());
    return inThreads(
        index ->
            JoinedWorkers.join(
                new Cluster(addresses, index),
                ConfigProto.getDefaultInstance(),
                Duration.ofSeconds(patienceSeconds)));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private interface Part<T> {
    T of(int index) throws Exception;
  }

  private static <T> List<T> inThreads(Part<? extends T> part) throws Exception {
    var threads = Executors.newFixedThreadPool(2);
    try {
      var results = new ArrayList<T>();
      for (var done :
          threads.invokeAll(
              IntStream.range(0, 2).<Callable<T>>mapToObj(i -> () -> part.of(i)).toList())) {
        results.add(done.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static TrainingConfig.Builder training() {
    return TrainingConfig.newBuilder()
        .setAccumulationSteps(1)
        .setEpochs(1)
        .setBaseRate(1)
        .setMinRate(0)
        .setWarmupEpochs(0)
        .setBatchSize(8)
        .setSgd(Sgd.newBuilder().setMomentum(0.9))
        .setWeightDecay(0.05);
  }

  private static TrainingGraph graph(TrainingConfig training, Workers workers) {
    var graph =
        new TrainingGraph(
            SeveralWorkersTest::objective,
            params -> ParamPlan.pretraining(params, training),
            training,
            ConfigProto.getDefaultInstance(),
            Kernels.forTrainingOnProcessors(),
            workers);
    graph.initialise(new Draws(1));
    return graph;
  }

  private static Objective objective(Ops tf, Params params) {
    var images = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    var noise = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 64)));
    var loss = new Mae(params, TinyModel.of(false)).apply(tf, images, noise).loss();
    return new Objective(Map.of(Batch.IMAGES, images, Batch.NOISE, noise), loss, List.of());
  }

  /** What an update of four steps says at its first, and which weights it leaves. */
  private record Trained(TrainingGraph.StepResult first, List<Float> weights) {

    static Trained by(TrainingConfig training, Workers workers) {
      int share = 8 / workers.count();
      try (var graph = graph(training, workers);
          var batch =
              SyntheticImages.batch(workers.index() * share, (workers.index() + 1) * share)) {
        var first = graph.step(List.of(batch), 0.05, 1);
        for (int step = 2; step <= 4; step++) {
          graph.step(List.of(batch), 0.05, step);
        }
        return new Trained(first, Floats.asList(graph.weights().floats("decoder_pred.weight")));
      }
    }
  }

  /**
   * A gradient is rounded on each worker and their sum once more, each time by 2⁻⁹ of it at most;
   * roundings of many values that point anywhere nearly cancel in their norm.
   */
  @Test
  void sendGradientsInBfloat16IfAskedToAndHoldTheSameWeightsYet() throws Exception {
    var exact = Trained.by(training().build(), Workers.alone());
    var float32 = inThreads(index -> Trained.by(training().build(), both.get(index)));
    var rounding = training().setBfloat16Gradients(Bfloat16Gradients.getDefaultInstance()).build();
    var bfloat16 = inThreads(index -> Trained.by(rounding, both.get(index)));

    double norm = exact.first().gradientNorm();
    assertThat(float32.get(0).first().gradientNorm()).isCloseTo(norm, within(1e-5 * norm));
    assertThat(bfloat16.get(0).first().gradientNorm())
        .isNotCloseTo(norm, within(1e-6 * norm))
        .isCloseTo(norm, within(norm / 512));
    for (var trained : List.of(float32, bfloat16)) {
      assertThat(trained.get(0).first()).isEqualTo(trained.get(1).first());
      assertThat(trained.get(0).weights()).isEqualTo(trained.get(1).weights());
    }
    // Of one process nothing is rounded.
    assertThat(Trained.by(rounding, Workers.alone()).weights()).isEqualTo(exact.weights());
  }

  @Test
  void thatDoNotHoldTheSameWeightsStopByName() throws Exception {
    var said =
        inThreads(
            index -> {
              var training = training().build();
              try (var graph = graph(training, both.get(index))) {
                var batches =
                    Stream.generate(() -> SyntheticImages.batch(0, 4)).limit(2).iterator();
                var images = new ArrayList<Integer>();
                var trainer = trainer(graph, training, images);
                int[] met = {0};
                Iterator<Batch> disturbed =
                    new Iterator<>() {
                      @Override
                      public boolean hasNext() {
                        return batches.hasNext();
                      }

                      @Override
                      public Batch next() {
                        if (++met[0] == 2 && index == 1) {
                          // One value of one worker.
                          disturb(graph);
                        }
                        return batches.next();
                      }
                    };
                try {
                  trainer.run(disturbed, () -> false);
                  return "nothing";
                } catch (IllegalStateException e) {
                  assertThat(images).as("of both workers").containsExactly(8, 8);
                  return String.valueOf(e.getMessage());
                }
              }
            });
    assertThat(said)
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains("worker 1 has other weights at step 2 than worker 0 at step 2"));
  }

  private static Trainer trainer(
      TrainingGraph graph, TrainingConfig training, List<Integer> images) {
    var progress =
        new TrainingObserver() {
          @Override
          public void onStep(Progress progress) {
            images.add(progress.images());
          }
        };
    return new Trainer(
        graph,
        training,
        2,
        Checkpointing.none(),
        CheckpointState.getDefaultInstance(),
        List.of(progress),
        Ticker.systemTicker());
  }

  private static void disturb(TrainingGraph graph) {
    var name = "decoder_pred.bias";
    var values = graph.weights().floats(name);
    values[0] += 1e-3f;
    var changed =
        new WeightSource() {
          @Override
          public Map<String, List<Integer>> shapes() {
            return Map.of(name, List.of(values.length));
          }

          @Override
          public float[] floats(String of) {
            return values;
          }
        };
    graph.weights().restore("the test", changed, other -> !other.equals(name), other -> false);
  }

  /** As one that waits for a file system: its server answers all the while. */
  @Test
  void ofWhichOneTakesNoPartDoNotWaitForEver() throws Exception {
    var impatient = joined(3).get(0);
    assertThatThrownBy(() -> impatient.gather(new long[] {1}))
        .isInstanceOf(WorkerLostException.class)
        .hasMessage("another worker took no part for 3 seconds, though all of them answer");
  }

  @Test
  void tellEachOtherMessagesOfAnyLength() throws Exception {
    var words = List.of("", "a message longer than a number");
    for (var heard : inThreads(index -> both.get(index).gather(words.get(index).getBytes(UTF_8)))) {
      assertThat(heard).extracting(bytes -> new String(bytes, UTF_8)).isEqualTo(words);
    }
    for (var heard : inThreads(index -> both.get(index).gather(new byte[0]))) {
      assertThat(heard).containsExactly(new byte[0], new byte[0]);
    }
  }

  /**
   * Six layers of 4 MB make three messages, each of two layers' gradients, and none waits for those
   * of others.
   */
  @Test
  void sendTheLastLayersGradientsBeforeTheFirstOnesExist() {
    both.forEach(SeveralWorkersTest::requireIndependentMessages);
  }

  private static void requireIndependentMessages(Workers worker) {
    try (var graph = new Graph()) {
      var tf = Ops.create(graph);
      var params = Params.in(tf);
      Operand<TFloat32> x = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 1024)));
      for (int layer = 0; layer < 6; layer++) {
        x = tf.linalg.matMul(x, params.at(layer).get("weight", Init.zeros(), 1024, 1024));
      }
      var objective =
          new Objective(Map.of(), tf.math.mean(x, tf.constant(new int[] {0, 1})), List.of());
      var plan = ParamPlan.pretraining(params.all(), training().build());
      var gradients = DirectGradients.of(tf, objective, plan, Kernels.portable());
      worker.mean(tf, gradients);

      var nodes = new HashMap<String, NodeDef>();
      graph.toGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
      var messages =
          nodes.values().stream()
              .filter(node -> node.getOp().equals("CollectiveReduceV2"))
              .toList();
      assertThat(messages).hasSize(3);
      var needs = messages.stream().map(message -> before(message, nodes)).toList();
      assertThat(needs)
          .allSatisfy(
              of ->
                  assertThat(gradients)
                      .filteredOn(gradient -> of.contains(gradient.op().name()))
                      .hasSize(2));
      // Backwards through the layers, each needs what the one before it does, and more.
      assertThat(needs).extracting(Set::size).doesNotHaveDuplicates();
    }
  }

  private static Set<String> before(NodeDef node, Map<String, NodeDef> nodes) {
    var seen = new HashSet<String>();
    var open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      for (var input : open.pop().getInputList()) {
        var name = input.replaceFirst("^\\^", "").replaceFirst(":\\d+$", "");
        if (seen.add(name)) {
          open.push(nodes.get(name));
        }
      }
    }
    return seen;
  }
}
