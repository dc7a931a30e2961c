package org.maejava.data;

import java.util.Map;
import org.maejava.data.flow.Place;

/**
 * One image's rows of a batch.
 *
 * @param place of the image
 * @param rows values by the tensor's name
 */
record Sample(Place place, Map<String, float[]> rows) {

  String name() {
    return place.example().name();
  }
}
