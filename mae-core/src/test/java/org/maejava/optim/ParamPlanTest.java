package org.maejava.optim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.golden.Golden;
import org.maejava.golden.PublishedModels;
import org.maejava.golden.TinyModel;
import org.maejava.model.Classifier;
import org.maejava.model.Mae;
import org.maejava.nn.Params;
import org.maejava.nn.Params.Param;
import org.maejava.proto.AllParameters;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.FeatureNorm;
import org.maejava.proto.Pooling;
import org.maejava.proto.TrainingConfig;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

@DisplayName("The plan of parameters")
class ParamPlanTest {

  private static final ClassificationTask WHOLE =
      ClassificationTask.newBuilder().setAll(AllParameters.getDefaultInstance()).build();

  @Test
  void ofPreTrainingDecaysWhatThePublishedViTBDecays() {
    var groups = Golden.json("pretrain_vitb_groups").getAsJsonObject();
    var params = parameters(made -> new Mae(made, PublishedModels.base()));
    var plan =
        ParamPlan.pretraining(params, TrainingConfig.newBuilder().setWeightDecay(0.05).build());

    assertThat(names(plan, 0.05)).isEqualTo(texts(groups.getAsJsonArray("decay")));
    assertThat(names(plan, 0)).isEqualTo(texts(groups.getAsJsonArray("no_decay")));
    assertThat(plan.entries()).allSatisfy(entry -> assertThat(entry.rateScale()).isEqualTo(1));
    assertThat(plan.size()).isEqualTo(groups.get("num_params_trainable").getAsLong());
  }

  @ParameterizedTest
  @CsvSource({
    "vit_base_patch16, 0.65, CLASS_TOKEN",
    "vit_base_patch16, 0.65, AVERAGE",
    "vit_base_patch16, 0.75, CLASS_TOKEN",
    "vit_base_patch16, 0.75, AVERAGE",
    "tiny, 0.65, CLASS_TOKEN",
    "tiny, 0.65, AVERAGE",
    "tiny, 0.75, CLASS_TOKEN",
    "tiny, 0.75, AVERAGE"
  })
  void ofFineTuningHasThePublishedScaleAndDecayOfEveryParameter(
      String name, String layerDecay, Pooling pooling) {
    var model = name.equals("tiny") ? TinyModel.of(false) : PublishedModels.base();
    var task = WHOLE.toBuilder().setPooling(pooling).build();
    var training =
        TrainingConfig.newBuilder()
            .setWeightDecay(0.05)
            .setLayerDecay(Double.parseDouble(layerDecay))
            .build();
    var params = parameters(p -> new Classifier(p, model, task, 7));
    var plan = ParamPlan.classification(params, task, model.getEncoder().getDepth(), training);

    var key =
        "%s layer_decay=%s global_pool=%s"
            .formatted(name, layerDecay, pooling == Pooling.AVERAGE ? "True" : "False");
    var expected = Golden.json("layer_decay").getAsJsonObject().getAsJsonObject(key);
    assertThat(plan.entries()).hasSize(expected.size());
    for (var entry : plan.entries()) {
      var golden = expected.getAsJsonArray(entry.param().name());
      assertThat(golden).as(entry.param().name()).isNotNull();
      assertThat(entry.rateScale()).as(entry.param().name()).isEqualTo(golden.get(0).getAsDouble());
      assertThat(entry.weightDecay())
          .as(entry.param().name())
          .isEqualTo(golden.get(1).getAsDouble());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; head.1.weight, head.1.bias",
        "0.5; blocks.1.norm2., blocks.1.mlp., norm., head.1.",
        "1; blocks.1., norm., head.1.",
        "2; blocks.0., blocks.1., norm., head.1."
      })
  void ofThePartialProtocolTrainsTheLastBlocksAndNeverTheStatistics(
      double lastBlocks, String prefixes) {
    var task =
        ClassificationTask.newBuilder()
            .setLastBlocks(lastBlocks)
            .setPooling(Pooling.CLASS_TOKEN)
            .setFeatureNorm(FeatureNorm.getDefaultInstance())
            .build();
    var params = parameters(p -> new Classifier(p, TinyModel.of(false), task, 7));
    var plan =
        ParamPlan.classification(
            params, task, 2, TrainingConfig.newBuilder().setLayerDecay(1).build());

    var wanted = List.of(prefixes.split(", "));
    var expected =
        params.stream()
            .map(Param::name)
            .filter(name -> wanted.stream().anyMatch(name::startsWith))
            .toList();
    assertThat(plan.entries())
        .extracting(entry -> entry.param().name())
        .containsExactlyElementsOf(expected)
        .doesNotContain("head.0.running_mean", "head.0.running_var");
  }

  /** Handles in a graph: nothing is allocated. */
  private static List<Param> parameters(Consumer<Params> build) {
    try (var graph = new Graph()) {
      var params = Params.in(Ops.create(graph));
      build.accept(params);
      return params.all();
    }
  }

  private static Set<String> names(ParamPlan plan, double decay) {
    return plan.entries().stream()
        .filter(entry -> entry.weightDecay() == decay)
        .map(entry -> entry.param().name())
        .collect(Collectors.toSet());
  }

  private static Set<String> texts(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(element -> element.getAsString())
        .collect(Collectors.toCollection(HashSet::new));
  }
}
