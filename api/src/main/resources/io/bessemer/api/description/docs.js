window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: '/v1/openapi.json',
    domNode: document.getElementById('api'),
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    validatorUrl: null,
  });
});
