package org.maejava.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Element-wise expressions that XLA compiles into one pass over memory, with the processor's widest
 * registers: TensorFlow's own element-wise kernels make a pass each and know AVX only. All compute
 * in float32, whatever the types of their inputs.
 *
 * <p>An expression is a function of the graph's library, called by an operation of its name that is
 * marked for XLA. Sums along rows stay outside: XLA adds them one by one. So do small tensors' few
 * passes: a call is handed to another thread, which costs some 50 microseconds.
 */
enum Fusion {
  /** {@code x · Φ(x)} with {@code x = p + b}; from p {@code [N, D]}, b {@code [D]}. */
  GELU(Gives.ROUNDED) {
    @Override
    Operand<TFloat32> body(Ops tf, List<Operand<TFloat32>> inputs) {
      var x = tf.math.add(inputs.get(0), inputs.get(1));
      return tf.math.mul(x, normal(tf, x));
    }
  },

  /** The gradient of {@link #GELU} for x; from p, b and the gradient that arrives. */
  GELU_GRADIENT(Gives.BOTH) {
    @Override
    Operand<TFloat32> body(Ops tf, List<Operand<TFloat32>> inputs) {
      var x = tf.math.add(inputs.get(0), inputs.get(1));
      // x · φ(x) = t · exp(ln(1/√π) − t²) with t = x/√2: one exponential and no further factor.
      var t = tf.math.mul(x, tf.constant((float) Math.sqrt(0.5)));
      var exponent =
          tf.math.sub(tf.constant((float) (-0.5 * Math.log(Math.PI))), tf.math.square(t));
      var slope = tf.math.add(normal(tf, x), tf.math.mul(t, tf.math.exp(exponent)));
      return tf.math.mul(inputs.get(2), slope);
    }
  },

  /**
   * The gradient of a softmax; from its result P, the gradient dP that arrives, and the sum of
   * {@code P · dP} over each row: {@code P · (dP − sum)}.
   */
  SOFTMAX_GRADIENT(Gives.ROUNDED) {
    @Override
    Operand<TFloat32> body(Ops tf, List<Operand<TFloat32>> inputs) {
      return tf.math.mul(inputs.get(0), tf.math.sub(inputs.get(1), inputs.get(2)));
    }
  },

  /** The sum of tensors of one shape. */
  SUM(Gives.FLOAT32) {
    @Override
    Operand<TFloat32> body(Ops tf, List<Operand<TFloat32>> inputs) {
      return inputs.stream().reduce(tf.math::add).orElseThrow();
    }
  };

  /** What of a value is written to memory, which costs more than the arithmetic. */
  private enum Gives {
    ROUNDED,
    FLOAT32,
    BOTH
  }

  private final Gives gives;

  Fusion(Gives gives) {
    this.gives = gives;
  }

  /**
   * What an expression gives.
   *
   * @param values the same in the type of its first input, in float32, or in both
   */
  record Result(List<? extends Operand<?>> values) {

    /** In the type of the first input, which is handed in for the compiler to know it. */
    <T extends TFloating> Operand<T> like(Operand<T> firstInput) {
      return typed(values.get(0), firstInput.type());
    }

    /** In float32. */
    Operand<TFloat32> float32() {
      return typed(values.get(values.size() - 1), TFloat32.class);
    }

    @SuppressWarnings("unchecked") // as the type says
    private static <T extends TFloating> Operand<T> typed(Operand<?> value, Class<T> type) {
      if (!value.type().equals(type)) {
        throw new IllegalArgumentException(value.type() + " is not " + type);
      }
      return (Operand<T>) value;
    }
  }

  private static final Map<String, ConcreteFunction> FUNCTIONS = new ConcurrentHashMap<>();

  /** Whether this build of TensorFlow has XLA for processors. */
  private static final boolean COMPILED = compiles();

  /** Does nothing but what loading this class does: XLA compiles for the first time. */
  static void tryCompiler() {}

  /** What is computed. */
  abstract Operand<TFloat32> body(Ops tf, List<Operand<TFloat32>> inputs);

  /**
   * Makes the expression known to a graph, which a gradient that is being taken no longer can: call
   * it where the forward operations are made.
   *
   * @param types of the inputs
   */
  void attach(Ops tf, List<? extends Class<? extends TType>> types) {
    if (COMPILED) {
      ((Graph) tf.scope().env()).attachFunction(function(types));
    }
  }

  /** The expression's value; it must be {@link #attach attached}. */
  Result of(Ops tf, List<Operand<? extends TFloating>> inputs) {
    return COMPILED ? call(tf, inputs) : plain(tf, inputs);
  }

  /** By operations that make a pass each. */
  Result plain(Ops tf, List<Operand<? extends TFloating>> inputs) {
    var value =
        body(tf, inputs.stream().map(input -> Casts.to(tf, input, TFloat32.class)).toList());
    var rounded = Casts.to(tf, value, inputs.get(0).type());
    return new Result(
        switch (gives) {
          case ROUNDED -> List.of(rounded);
          case FLOAT32 -> List.of(value);
          case BOTH -> rounded == value ? List.of(value) : List.of(rounded, value);
        });
  }

  private Result call(Ops tf, List<? extends Operand<?>> inputs) {
    var function = function(inputs.stream().map(Operand::type).toList());
    var call = tf.scope().opBuilder(function.getDefinedName(), "fused");
    inputs.forEach(input -> call.addInput(input.asOutput()));
    var made = call.setAttr("_XlaMustCompile", true).build();
    return new Result(
        IntStream.range(0, made.numOutputs()).mapToObj(i -> made.<TType>output(i)).toList());
  }

  private ConcreteFunction function(List<? extends Class<? extends TType>> types) {
    return FUNCTIONS.computeIfAbsent(
        name() + types, key -> ConcreteFunction.create(tf -> signature(tf, types)));
  }

  private Signature signature(Ops tf, List<? extends Class<? extends TType>> types) {
    var signature = Signature.builder().key(name().toLowerCase(Locale.ROOT));
    var inputs = new ArrayList<Operand<? extends TFloating>>();
    for (var type : types) {
      @SuppressWarnings("unchecked") // expressions are of floating values
      var input = tf.placeholder((Class<? extends TFloating>) type);
      signature.input("input" + inputs.size(), input);
      inputs.add(input);
    }
    var values = plain(tf, inputs).values();
    for (int i = 0; i < values.size(); i++) {
      signature.output("output" + i, values.get(i));
    }
    return signature.build();
  }

  /** The normal distribution's Φ. */
  private static Operand<TFloat32> normal(Ops tf, Operand<TFloat32> x) {
    var erf = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    return tf.math.add(tf.math.mul(erf, tf.constant(0.5f)), tf.constant(0.5f));
  }

  /**
   * Tries. The process's first session that uses XLA decides for all how many threads one of its
   * expressions takes: one, since parts of a batch are computed side by side.
   */
  private static boolean compiles() {
    var oneThread =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setUsePerSessionThreads(true)
            .build();
    try (var graph = new Graph();
        var session = new Session(graph, oneThread)) {
      var tf = Ops.create(graph);
      var types = List.of(TFloat32.class, TFloat32.class);
      graph.attachFunction(GELU.function(types));
      var x = tf.constant(new float[][] {{0}});
      var result = GELU.call(tf, List.of(x, tf.constant(new float[] {1})));
      session.runner().fetch(result.float32()).run().close();
      return true;
    } catch (TensorFlowException | IllegalArgumentException | UnsupportedOperationException none) {
      return false;
    }
  }
}
