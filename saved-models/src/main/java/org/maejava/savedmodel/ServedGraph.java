package org.maejava.savedmodel;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.maejava.nn.Params.Param;
import org.maejava.storage.WholeFile;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VariableDef;

/**
 * The graph file of a SavedModel, completed: TensorFlow Java writes what it needs itself; Python
 * also wants the saver's input as a tensor name and a list of the variables, which makes them its
 * own {@code tf.Variable}s. Operations that no function needs are left out. The same model is the
 * same file.
 */
final class ServedGraph {

  private static final List<String> VARIABLE_COLLECTIONS =
      List.of("variables", "trainable_variables");

  /** The collection that names the operation that every loader runs once. */
  private static final String RUN_ON_LOADING = "saved_model_main_op";

  private ServedGraph() {}

  /**
   * Rewrites the file that TensorFlow Java exported.
   *
   * @param classes the names that the graph's table of class names is filled with, if it has one
   */
  static void complete(Path file, List<Param> params, List<String> classes) throws IOException {
    var model = read(file).toBuilder();
    var served = model.getMetaGraphsBuilder(0);
    served.setSaverDef(
        SaverDef.newBuilder()
            .setFilenameTensorName(VariableSaver.FILENAME + ":0")
            .setSaveTensorName(VariableSaver.SAVE + ":0")
            .setRestoreOpName(VariableSaver.RESTORE)
            .setVersion(SaverDef.CheckpointFormatVersion.V2));
    served.getMetaInfoDefBuilder().setTensorflowVersion(TensorFlow.version());
    VARIABLE_COLLECTIONS.forEach(name -> served.putCollectionDef(name, variables(params)));
    boolean named = hasTable(served);
    served.setGraphDef(needed(served, named));
    sortFunctions(served.getGraphDefBuilder().getLibraryBuilder());
    if (named) {
      fillTableOnLoading(served, classes);
    }
    WholeFile.write(file, out -> write(model.build(), out));
  }

  /** TensorFlow writes the operations of a function in the order of their addresses in memory. */
  private static void sortFunctions(FunctionDefLibrary.Builder library) {
    for (var function : library.getFunctionBuilderList()) {
      var sorted =
          function.getNodeDefList().stream()
              .sorted(Comparator.comparing(NodeDef::getName))
              .toList();
      function.clearNodeDef().addAllNodeDef(sorted);
    }
  }

  /** Maps in one order, so that the same model is the same file. */
  private static void write(SavedModel model, OutputStream out) throws IOException {
    var coded = CodedOutputStream.newInstance(out);
    coded.useDeterministicSerialization();
    model.writeTo(coded);
    coded.flush();
  }

  private static boolean hasTable(MetaGraphDef.Builder served) {
    return served.getGraphDef().getNodeList().stream()
        .anyMatch(node -> node.getName().equals(ClassNameTable.TABLE));
  }

  private static void fillTableOnLoading(MetaGraphDef.Builder served, List<String> classes) {
    served.addAssetFileDef(
        AssetFileDef.newBuilder()
            .setFilename(ModelFolder.CLASSES)
            .setTensorInfo(
                TensorInfo.newBuilder()
                    .setName(tensorName(ClassNameTable.FILE))
                    .setDtype(DataType.DT_STRING)
                    .setTensorShape(TensorShapeProto.getDefaultInstance())));
    served.putCollectionDef(
        RUN_ON_LOADING,
        CollectionDef.newBuilder()
            .setNodeList(CollectionDef.NodeList.newBuilder().addValue(ClassNameTable.INITIALISER))
            .build());
    // Tables of one name are one table to Python, whatever model they are of.
    var name =
        ClassNameTable.TABLE
            + "-"
            + Hashing.sha256().hashString(String.join("\n", classes), StandardCharsets.UTF_8);
    for (var node : served.getGraphDefBuilder().getNodeBuilderList()) {
      if (node.getName().equals(ClassNameTable.TABLE)) {
        node.putAttr(
            "shared_name", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(name)).build());
      }
    }
  }

  private static SavedModel read(Path file) throws IOException {
    try (InputStream input = Files.newInputStream(file)) {
      return SavedModel.parseFrom(input);
    }
  }

  private static CollectionDef variables(List<Param> params) {
    var variables = CollectionDef.BytesList.newBuilder();
    for (var param : params) {
      var variable =
          VariableDef.newBuilder()
              .setVariableName(tensorName(param.handle().asOutput().op().name()))
              .setSnapshotName(tensorName(param.value().asOutput().op().name()))
              .setInitializerName(VariableSaver.initialiser(param))
              .setIsResource(true)
              .setTrainable(true);
      variables.addValue(ByteString.copyFrom(variable.build().toByteArray()));
    }
    return CollectionDef.newBuilder().setBytesList(variables).build();
  }

  private static String tensorName(String operation) {
    return operation + ":0";
  }

  /** The operations that the functions and the saver depend on, in the given order. */
  private static GraphDef needed(MetaGraphDef.Builder served, boolean named) throws IOException {
    Map<String, NodeDef> byName = new HashMap<>();
    served.getGraphDef().getNodeList().forEach(node -> byName.put(node.getName(), node));

    Set<String> needed = new HashSet<>();
    var open = new ArrayDeque<>(List.of(VariableSaver.SAVE, VariableSaver.RESTORE));
    if (named) {
      open.add(ClassNameTable.INITIALISER);
    }
    for (var signature : served.getSignatureDefMap().values()) {
      signature.getInputsMap().values().stream().map(TensorInfo::getName).forEach(open::add);
      signature.getOutputsMap().values().stream().map(TensorInfo::getName).forEach(open::add);
    }
    while (!open.isEmpty()) {
      var name = operation(open.remove());
      if (needed.add(name)) {
        var node = byName.get(name);
        if (node == null) {
          throw new IOException("the exported graph has no operation " + name);
        }
        open.addAll(node.getInputList());
      }
    }
    var graph = served.getGraphDef().toBuilder().clearNode();
    served.getGraphDef().getNodeList().stream()
        .filter(node -> needed.contains(node.getName()))
        .forEach(graph::addNode);
    return graph.build();
  }

  /** Of {@code name}, {@code name:output} or, for a control dependency, {@code ^name}. */
  private static String operation(String input) {
    var name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
