package org.maejava.data.image;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A safetensors file among the test resources: header length, JSON, values. */
public final class Golden {

  private final JsonObject header;
  private final ByteBuffer values;

  public Golden(String name) {
    try {
      var file = ByteBuffer.wrap(Resources.toByteArray(Resources.getResource(Golden.class, name)));
      int length = Math.toIntExact(file.order(ByteOrder.LITTLE_ENDIAN).getLong());
      var json = new String(file.array(), 8, length, StandardCharsets.UTF_8);
      header = new Gson().fromJson(json, JsonObject.class);
      values = file.slice(8 + length, file.limit() - 8 - length).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All tensors' names. */
  public List<String> names() {
    return header.keySet().stream().filter(name -> !name.equals("__metadata__")).toList();
  }

  public byte[] bytes(String tensor) {
    var bytes = slice(tensor);
    var result = new byte[bytes.remaining()];
    bytes.get(result);
    return result;
  }

  public float[] floats(String tensor) {
    var floats = slice(tensor).asFloatBuffer();
    var result = new float[floats.remaining()];
    floats.get(result);
    return result;
  }

  public long[] longs(String tensor) {
    var longs = slice(tensor).asLongBuffer();
    var result = new long[longs.remaining()];
    longs.get(result);
    return result;
  }

  private ByteBuffer slice(String tensor) {
    var offsets = header.getAsJsonObject(tensor).getAsJsonArray("data_offsets");
    int from = offsets.get(0).getAsInt();
    return values.slice(from, offsets.get(1).getAsInt() - from).order(ByteOrder.LITTLE_ENDIAN);
  }
}
