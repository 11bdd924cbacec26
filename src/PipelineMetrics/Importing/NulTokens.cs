using System.Text;

namespace PipelineMetrics.Importing;

/// <summary>Texts that end in NUL, from a stream: file names hold anything else.</summary>
internal sealed class NulTokens(Stream stream)
{
    private byte[] _buffer = new byte[64 << 10];
    private int _from;
    private int _to;

    /// <summary>The next text; null at the end. What a broken-off stream leaves behind is none.</summary>
    public async ValueTask<string?> NextAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_from + searched, _to - _from - searched).IndexOf((byte)0);
            if (length >= 0)
            {
                var text = Encoding.UTF8.GetString(_buffer, _from, searched + length);
                _from += searched + length + 1;
                return text;
            }
            searched = _to - _from;
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_to), cancellation).ConfigureAwait(false);
            if (read == 0) return null;
            _to += read;
        }
    }

    private void MakeRoom()
    {
        if (_to < _buffer.Length) return;
        if (_from == 0) Array.Resize(ref _buffer, _buffer.Length * 2);
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
    }
}
