import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.js"],
    reporters: ["default", "junit"],
    outputFile: { junit: "junit.xml" },
    coverage: {
      provider: "v8",
      include: ["src/**"],
      reporter: ["text", "text-summary", "json", "json-summary", "lcovonly"],
      // A failing test is no reason to know less.
      reportOnFailure: true,
    },
  },
});
