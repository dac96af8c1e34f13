package io.bessemer.nova;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an operator would ask OpenStack, by its REST APIs and without Bessemer's code.
final class OpenStackAdmin {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> endpoints = new HashMap<>();
    private final String token;

    OpenStackAdmin(String keystone, String user, String password) throws Exception {
        String body = """
                {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
                          "scope": {"project": {"name": "service", "domain": {"id": "default"}}}}}""".formatted(user, password);
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(keystone + "/auth/tokens")).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        token = answer.headers().firstValue("X-Subject-Token").orElseThrow(() -> new IOException(answer.body()));
        for (JsonNode service : JSON.readTree(answer.body()).path("token").path("catalog")) {
            endpoints.put(service.path("type").asString(), service.path("endpoints").path(0).path("url").asString());
        }
    }

    JsonNode get(String type, String path) throws Exception {
        return call("GET", type, path, null);
    }

    /// @param json null for none
    JsonNode call(String method, String type, String path, String json) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoints.get(type) + path)).header("X-Auth-Token", token)
                .header("Content-Type", "application/json");
        if (!type.equals("image")) {
            request.header("OpenStack-API-Version", type + (type.equals("compute") ? " 2.79" : " 1.30"));
        }
        HttpResponse<String> answer = client.send(request.method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json)).build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException("%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    void upload(String image, byte[] content) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(endpoints.get("image") + "/v2/images/" + image + "/file"))
                .header("X-Auth-Token", token).header("Content-Type", "application/octet-stream").PUT(BodyPublishers.ofByteArray(content)).build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException("upload: " + answer.statusCode() + " " + answer.body());
        }
    }
}
