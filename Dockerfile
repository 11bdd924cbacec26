# Build: project files first, so that a change of code does not restore again.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/PipelineMetrics/PipelineMetrics.csproj src/PipelineMetrics/
COPY src/PipelineMetrics.Contracts/PipelineMetrics.Contracts.csproj src/PipelineMetrics.Contracts/
COPY src/PipelineMetrics.Api/PipelineMetrics.Api.csproj src/PipelineMetrics.Api/
RUN dotnet restore src/PipelineMetrics.Api
COPY src/ src/
RUN dotnet publish src/PipelineMetrics.Api --configuration Release --no-restore --output /app

# Run: no root, nothing written outside the volume.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
LABEL org.opencontainers.image.title="PipelineMetrics" \
      org.opencontainers.image.description="A flight recorder for AI-agent pipelines"
WORKDIR /app
# The base image names a port of its own; the address below is the only one.
ENV ASPNETCORE_HTTP_PORTS= \
    ASPNETCORE_URLS=http://+:5080 \
    DOTNET_EnableDiagnostics=0 \
    PIPELINE_METRICS_LOG__DIRECTORY=/data/api-logs
COPY --from=build /app ./
RUN install -d -o $APP_UID -g $APP_UID /data/api-logs
USER $APP_UID
VOLUME /data/api-logs
EXPOSE 5080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["dotnet", "PipelineMetrics.Api.dll", "healthcheck"]
# The image alone refuses to listen on the network: whoever runs it says PIPELINE_METRICS_SERVER__ALLOW_ANONYMOUS_NETWORK=true.
ENTRYPOINT ["dotnet", "PipelineMetrics.Api.dll"]
