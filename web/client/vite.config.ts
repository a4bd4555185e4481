// How the client is built: hashed files under /static, each also compressed ahead, in chunks that load when they are needed.
import react from "@vitejs/plugin-react";
import { compression, defineAlgorithm } from "vite-plugin-compression2";
import { constants } from "node:zlib";
import { defineConfig } from "vitest/config";

/** What every page needs: one file compresses better than the many that sharing would make of it. */
const BASE =
  /node_modules\/(react|react-dom|scheduler|@tanstack\/query-core|@tanstack\/react-query|wouter|regexparam|use-sync-external-store|openapi-fetch)\//;

const studio = process.env["COUNTERPOINT_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    react(),
    compression({
      include: /\.(js|css|svg|html|json)$/,
      threshold: 512,
      algorithms: [
        defineAlgorithm("gzip", { level: 9 }),
        defineAlgorithm("brotliCompress", { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
      ],
    }),
  ],
  build: {
    target: "es2022",
    assetsDir: "static",
    // Small files must not become data: addresses, which the page's policy refuses for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "base", test: BASE }] } } },
  },
  server: {
    proxy: {
      // The page's own host goes along: the studio refuses edits whose Origin is another.
      "/api": { target: studio, changeOrigin: false },
      "/livez": { target: studio, changeOrigin: false },
      "/sign-in": { target: studio, changeOrigin: false },
      "/sign-out": { target: studio, changeOrigin: false },
      "/collab": { target: studio, changeOrigin: false, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
