using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

/// <summary>
/// Starts the published pipeline '@endpoint@'. .NET 6 or later, no package: dotnet run -- [--version VERSION] [name=value ...]
/// Signs in as a service principal when AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set, else with the
/// managed identity of the machine (AZURE_CLIENT_ID then names a user-assigned one).
/// </summary>
public static class InvokePipeline
{
    private const string Url = "@url@";
    private const string Resource = "@audience@";
    private const string Authority = "@authority@";

    // What each input takes; Literal is a plain value, the others a URI.
    private static readonly Dictionary<string, string> Types = "@types.words@"
        .Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(word => word.Substring(0, word.IndexOf('=')), word => word.Substring(word.IndexOf('=') + 1));

    private static readonly HttpClient Http = new HttpClient { Timeout = TimeSpan.FromSeconds(100) };

    public static int Main(string[] arguments)
    {
        return Run(arguments).GetAwaiter().GetResult();
    }

    private static async Task<int> Run(string[] arguments)
    {
        try
        {
            var request = new HttpRequestMessage(HttpMethod.Post, Url);
            if (arguments.Length > 1 && arguments[0] == "--version")
            {
                request.Headers.Add("azureml-model-deployment", Deployment(arguments[1]));
                arguments = arguments.Skip(2).ToArray();
            }
            var inputs = string.Join(",", arguments.Select(Input));
            var body = "{\"properties\":{" + (inputs == "" ? "" : "\"inputData\":{" + inputs + "}") + "}}";
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Authorization", "Bearer " + TextOf(await Token(), "access_token"));
            Console.WriteLine(TextOf(await Ask(request), "name"));
            return 0;
        }
        catch (InvalidOperationException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }

    /// <summary>The deployment of a version, as aml:publish-pipeline names it.</summary>
    private static string Deployment(string version)
    {
        var plain = Regex.Replace("v" + version, "[^A-Za-z0-9]+", "-").TrimEnd('-');
        var cut = plain.Length > 32 ? plain.Substring(0, 32) : plain;
        return cut.Length < 3 ? "version-" + cut.Substring(1) : cut;
    }

    private static async Task<string> Token()
    {
        var secret = Variable("AZURE_CLIENT_SECRET", "");
        var client = Variable("AZURE_CLIENT_ID", "");
        if (secret != "")
        {
            var host = Variable("AZURE_AUTHORITY_HOST", Authority).TrimEnd('/');
            var url = host + "/" + Variable("AZURE_TENANT_ID", "") + "/oauth2/v2.0/token";
            var form = new Dictionary<string, string>
            {
                { "grant_type", "client_credentials" },
                { "client_id", client },
                { "client_secret", secret },
                { "scope", Resource + "/.default" },
            };
            return await Ask(new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) });
        }
        var query = "resource=" + Uri.EscapeDataString(Resource) + (client == "" ? "" : "&client_id=" + Uri.EscapeDataString(client));
        var endpoint = Variable("IDENTITY_ENDPOINT", "");
        HttpRequestMessage request;
        if (endpoint != "")
        {
            request = new HttpRequestMessage(HttpMethod.Get, endpoint + "?api-version=2019-08-01&" + query);
            request.Headers.Add("X-IDENTITY-HEADER", Variable("IDENTITY_HEADER", ""));
        }
        else
        {
            var host = Variable("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254").TrimEnd('/');
            request = new HttpRequestMessage(HttpMethod.Get, host + "/metadata/identity/oauth2/token?api-version=2018-02-01&" + query);
            request.Headers.Add("Metadata", "true");
        }
        return await Ask(request);
    }

    private static async Task<string> Ask(HttpRequestMessage request)
    {
        HttpResponseMessage response;
        try
        {
            response = await Http.SendAsync(request);
        }
        catch (HttpRequestException failure)
        {
            var cause = failure.InnerException == null ? failure.Message : failure.InnerException.Message;
            throw new InvalidOperationException(request.RequestUri.Host + ": " + cause);
        }
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(request.RequestUri.Host + ": HTTP " + (int)response.StatusCode + ": " + text);
        }
        return text;
    }

    private static string Input(string pair)
    {
        var equals = pair.IndexOf('=');
        var name = equals < 0 ? pair : pair.Substring(0, equals);
        string type;
        if (equals < 0 || !Types.TryGetValue(name, out type))
        {
            throw new InvalidOperationException("'" + pair + "' is no input; give name=value with one of: " + string.Join(", ", Types.Keys));
        }
        var key = type == "Literal" ? "value" : "uri";
        return "\"" + name + "\":{\"jobInputType\":\"" + type + "\",\"" + key + "\":\"" + Json(pair.Substring(equals + 1)) + "\"}";
    }

    private static string Json(string text)
    {
        return text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\t", "\\t");
    }

    private static string TextOf(string json, string key)
    {
        var found = Regex.Match(json, "\"" + key + "\"\\s*:\\s*\"([^\"]*)\"");
        if (!found.Success)
        {
            throw new InvalidOperationException("The answer has no '" + key + "'");
        }
        return found.Groups[1].Value;
    }

    private static string Variable(string name, string otherwise)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }
}
