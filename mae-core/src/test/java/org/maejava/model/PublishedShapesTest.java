package org.maejava.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.Golden;
import org.maejava.golden.PublishedModels;
import org.maejava.nn.Params;
import org.maejava.nn.Params.Param;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

@DisplayName("The published architectures")
class PublishedShapesTest {

  static Stream<Arguments> maskedAutoencoders() {
    return Stream.of(
        Arguments.of("mae_vit_base_patch16", PublishedModels.base(), 111_907_840L),
        Arguments.of("mae_vit_large_patch16", PublishedModels.large(), 329_541_888L),
        Arguments.of("mae_vit_huge_patch14", PublishedModels.huge(), 657_074_508L));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("maskedAutoencoders")
  void haveTheNamesAndShapesOfTheirPreTrainingCheckpoints(
      String name, ModelConfig model, long parameters) {
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      var unused = new Mae(params, model);
      assertThat(shapes(params)).isEqualTo(published(name));
      assertThat(params.all().stream().mapToLong(Param::size).sum()).isEqualTo(parameters);
      assertThat(
              params.all().stream()
                  .filter(param -> !VitNames.isPositionTable(param.name()))
                  .mapToLong(Param::size)
                  .sum())
          .isEqualTo(trainable(name));
    }
  }

  static Stream<Arguments> classifiers() {
    return Stream.of(
        Arguments.of("vit_base_patch16.gp1", PublishedModels.base()),
        Arguments.of("vit_large_patch16.gp1", PublishedModels.large()),
        Arguments.of("vit_huge_patch14.gp1", PublishedModels.huge()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("classifiers")
  void haveTheNamesAndShapesOfTheirFineTunedCheckpoints(String name, ModelConfig model) {
    var task = ClassificationTask.newBuilder().setPooling(Pooling.AVERAGE).build();
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      var unused = new Classifier(params, model, task, 1000);
      assertThat(shapes(params)).isEqualTo(published(name));
      assertThat(params.all().stream().mapToLong(Param::size).sum()).isEqualTo(trainable(name));
    }
  }

  private static Map<String, List<Integer>> shapes(Params params) {
    var shapes = new HashMap<String, List<Integer>>();
    params.all().forEach(param -> shapes.put(param.name(), param.shape()));
    return shapes;
  }

  private static Map<String, List<Integer>> published(String name) {
    var shapes = new HashMap<String, List<Integer>>();
    Golden.json("state_dict_shapes")
        .getAsJsonObject()
        .getAsJsonObject(name)
        .asMap()
        .forEach(
            (key, shape) ->
                shapes.put(
                    key,
                    StreamSupport.stream(shape.getAsJsonArray().spliterator(), false)
                        .map(n -> n.getAsInt())
                        .toList()));
    return shapes;
  }

  private static long trainable(String name) {
    return Golden.json("state_dict_shapes").getAsJsonObject().get(name + ".trainable").getAsLong();
  }
}
