/** Recipes: reading, merging, checking, naming. */
package org.maejava.config;
